import Testing
import VectorSearch

struct CRC32CTests {
    @Test func theChecksumIsThatOfRFC3720() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8]()) == 0)
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
