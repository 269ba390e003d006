import CVectorKernels
import Testing
import VectorSearch

struct CRC32CTests {
    @Test func theChecksumIsThatOfRFC3720() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8]()) == 0)
    }

    /// Long ones are summed in three parts at once.
    @Test func theInstructionAgreesWithTheTableAboutEveryLengthOfThreeParts() {
        var numbers = SeededNumbers(seed: 13)
        let bytes = (0..<80_000).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
        let parts = 3 * 8_192
        let lengths = [0, 1, 7, 8, 9, parts - 1, parts, parts + 1, parts + 8, 2 * parts - 1, 2 * parts, 3 * parts + 13]
        for length in lengths {
            for first in [0, 1, 5] {
                let part = Array(bytes[first..<first + length])
                let expected = unsafe cvk_crc32c_table(7, part, length)
                #expect(unsafe cvk_crc32c(7, part, length) == expected, "\(length) bytes")
            }
        }
    }

    @Test(arguments: UInt64(0)..<50)
    func checksumsOfPartsAddUpToThatOfTheWhole(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var whole: [UInt8] = []
        var sum = CRC32C()
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            let part = (0..<Int.random(in: 0...5_000, using: &numbers)).map { _ in
                UInt8.random(in: .min ... .max, using: &numbers)
            }
            whole += part
            sum.add(checksum: CRC32C.of(part), byteCount: part.count)
        }
        #expect(sum.value == CRC32C.of(whole))
    }
}
