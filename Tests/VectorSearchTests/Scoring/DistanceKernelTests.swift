import CVectorKernels
import Testing

struct DistanceKernelTests {
    private static let lengths = Array(1...130) + [255, 256, 257, 383, 384, 768, 1_023, 1_536, 2_047, 2_050]

    /// The sets of this processor.
    private static var present: [cvk_instruction_set] {
        [CVK_SCALAR, CVK_NEON, CVK_AVX2, CVK_AVX512].filter { unsafe cvk_distance_kernels_for($0) != nil }
    }

    @Test func theScalarSetAndTheArchitecturesOwnAreThere() {
        let sets = Self.present.map(\.rawValue)
        #expect(sets.contains(CVK_SCALAR.rawValue))
        #if arch(arm64)
        #expect(sets.contains(CVK_NEON.rawValue))
        #endif
        let best = unsafe cvk_distance_kernels_best().pointee.set.rawValue
        #expect(sets.max() == best)
    }

    /// Each set stays within the bound of float summation, n * 2^-24 * (sum of the terms' magnitudes), of the exact value.
    @Test(arguments: [UInt64(1), 2, 3])
    func everySetIsWithinTheSummationBoundAtEveryLengthAndAlignment(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        for set in Self.present {
            guard let kernels = unsafe cvk_distance_kernels_for(set)?.pointee else { continue }
            for length in Self.lengths {
                let offset = Int.random(in: 0..<16, using: &numbers)
                let a = Self.values(length + offset, &numbers)
                let b = Self.values(length + offset, &numbers)
                var dot = 0.0
                var dotMagnitude = 0.0
                var square = 0.0
                for index in offset..<(length + offset) {
                    let product = Double(a[index]) * Double(b[index])
                    dot += product
                    dotMagnitude += abs(product)
                    square += (Double(a[index]) - Double(b[index])) * (Double(a[index]) - Double(b[index]))
                }
                let (dotFound, squareFound) = unsafe a.withUnsafeBufferPointer { a in
                    unsafe b.withUnsafeBufferPointer { b in
                        let a = unsafe a.baseAddress.unsafelyUnwrapped + offset
                        let b = unsafe b.baseAddress.unsafelyUnwrapped + offset
                        return unsafe (kernels.dot(a, b, length), kernels.squared_l2(a, b, length))
                    }
                }
                // Two roundings more for the subtraction and the product.
                let bound = Double(length + 2) * 0x1p-24
                #expect(abs(Double(dotFound) - dot) <= bound * dotMagnitude + 1e-42)
                #expect(abs(Double(squareFound) - square) <= bound * square + 1e-42)
            }
        }
    }

    @Test func oneToManyGivesWhatPairsGive() {
        var numbers = SeededNumbers(seed: 4)
        for set in Self.present {
            guard let kernels = unsafe cvk_distance_kernels_for(set)?.pointee else { continue }
            for (length, count) in [(1, 1), (7, 3), (33, 2), (384, 17), (100, 0)] {
                let query = Self.values(length, &numbers)
                let matrix = Self.values(length * count, &numbers)
                unsafe query.withUnsafeBufferPointer { query in
                    unsafe matrix.withUnsafeBufferPointer { matrix in
                        guard let query = query.baseAddress, let matrix = matrix.baseAddress else { return }
                        let rows = unsafe (0..<count).map { unsafe matrix + $0 * length }
                        var dots = [Float](repeating: .nan, count: count)
                        var squares = dots
                        unsafe kernels.dot_rows(query, rows, count, length, &dots)
                        unsafe kernels.squared_l2_rows(query, rows, count, length, &squares)
                        for index in 0..<count {
                            let dot = unsafe kernels.dot(query, rows[index], length)
                            let square = unsafe kernels.squared_l2(query, rows[index], length)
                            #expect(dots[index] == dot)
                            #expect(squares[index] == square)
                        }
                    }
                }
            }
        }
    }

    @Test func checksumsByInstructionAndByTableAgreeWithThePublishedValues() {
        // RFC 3720, appendix B.4.
        let vectors: [([UInt8], UInt32)] = [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ]
        for (bytes, checksum) in vectors {
            #expect(unsafe cvk_crc32c(0, bytes, bytes.count) == checksum)
            #expect(unsafe cvk_crc32c_table(0, bytes, bytes.count) == checksum)
        }
        var numbers = SeededNumbers(seed: 5)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
            let whole = unsafe cvk_crc32c(0, bytes, length)
            let half = unsafe cvk_crc32c(0, bytes, length / 2)
            let rest = Array(bytes[(length / 2)...])
            #expect(unsafe cvk_crc32c_table(0, bytes, length) == whole)
            #expect(unsafe cvk_crc32c(half, rest, rest.count) == whole)
        }
    }

    /// Ordinary numbers of many magnitudes, with zeros and denormals among them.
    private static func values(_ count: Int, _ numbers: inout SeededNumbers) -> [Float] {
        (0..<count).map { _ in
            switch Int.random(in: 0..<20, using: &numbers) {
            case 0: 0
            case 1: Float.leastNonzeroMagnitude * Float(Int.random(in: 1...100, using: &numbers))
            case 2: numbers.normal() * 1e12
            case 3: numbers.normal() * 1e-12
            default: numbers.normal()
            }
        }
    }
}
