import CVectorKernels
import Testing
import VectorSearch

struct CodeKernelTests {
    /// Every length with a tail of its own, and the frequent ones.
    private static let lengths = Array(1...2_050)

    /// The sets of this processor beside the portable one.
    private static var others: [cvk_instruction_set] {
        [CVK_NEON, CVK_AVX2, CVK_AVX512].filter { unsafe cvk_code_kernels_for($0) != nil }
    }

    /// What components may look like.
    private enum Kind: CaseIterable {
        case normal
        case denormal
        case zero
        case huge
        case one

        func value(_ index: Int, _ numbers: inout SeededNumbers) -> Float {
            switch self {
            case .normal: numbers.normal()
            case .denormal: Float.random(in: -1...1, using: &numbers) * .leastNormalMagnitude / 100
            case .zero: 0
            case .huge: Float.random(in: -1...1, using: &numbers) * 1e17
            case .one: index == 0 ? 1 : 0
            }
        }
    }

    @Test func theBestSetIsTheLastThatIsThere() {
        let best = unsafe cvk_code_kernels_best().pointee.set.rawValue
        #expect(best == (Self.others.map(\.rawValue).max() ?? CVK_SCALAR.rawValue))
    }

    @Test(arguments: CodeForm.allCases)
    func everySetGivesThePortableSetsDistancesAtEveryLength(form: CodeForm) throws {
        let scalar = try #require(CodeKernels(CVK_SCALAR))
        var numbers = SeededNumbers(seed: 11)
        for length in Self.lengths {
            let kind = length % 7 == 0 ? Kind.allCases[length / 7 % 5] : .normal
            // Five slots: one group of four and one alone, or less.
            let count = length % 6
            let rows = (0..<count).map { _ in (0..<length).map { kind.value($0, &numbers) } }
            let query = (0..<length).map { kind.value($0, &numbers) }
            let expected = try Self.distances(from: query, to: rows, form, scalar)
            for set in Self.others {
                let kernels = try #require(CodeKernels(set))
                #expect(try Self.distances(from: query, to: rows, form, kernels) == expected, "\(set) at \(length)")
            }
        }
    }

    /// An 8-bit step is 1/127 of the largest component: the error of a product is below half a step of either side, summed.
    @Test func distancesOf8BitCodesAreWithinTheRoundingOfTheExactOnes() throws {
        var numbers = SeededNumbers(seed: 12)
        for length in [1, 5, 64, 65, 384, 768, 1_536] {
            let rows = (0..<9).map { _ in (0..<length).map { _ in numbers.normal() } }
            let query = (0..<length).map { _ in numbers.normal() }
            let found = try Self.distances(from: query, to: rows, .int8, .best)
            for (row, distance) in zip(rows, found) {
                let rowStep = (row.map(\.magnitude).max() ?? 0) / 127
                let queryStep = (query.map(\.magnitude).max() ?? 0) / 127
                var exact: Float = 0
                var bound: Float = 1e-3
                for (a, b) in zip(row, query) {
                    exact -= a * b
                    bound += 0.51 * (rowStep * (b.magnitude + queryStep) + queryStep * a.magnitude)
                }
                #expect(abs(distance - exact) <= bound)
            }
        }
    }

    /// Distances by inner product from a query to rows, which are coded in slots from 1 on.
    private static func distances(
        from query: [Float],
        to rows: [[Float]],
        _ form: CodeForm,
        _ kernels: CodeKernels
    ) throws -> [Float] {
        let codes = CodeStore(form, dimension: query.count, metric: .innerProduct, kernels: kernels)
        try codes.reserve(slotCount: rows.count + 1)
        for (index, row) in rows.enumerated() { unsafe codes.encode(row, as: UInt32(index + 1)) }
        return codes.distances(from: query, to: (0..<rows.count).map { UInt32($0 + 1) })
    }
}
