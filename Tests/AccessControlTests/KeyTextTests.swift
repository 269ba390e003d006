import AccessControl
import MemoryModel
import MemoryTestSupport
import Testing

struct KeyTextTests {
    private func key(seed: UInt64) -> KeyText {
        var random = SeededGenerator(seed: seed)
        let id = Identifier<APIKey>(high: random.next(), low: random.next())
        return KeyText(
            id: id,
            random: (0..<KeyText.secretBytes).map { _ in .random(in: .min ... .max, using: &random) }
        )
    }

    private func text(_ key: KeyText) -> String {
        key.text.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyKeyIsReadBackWithItsIdAndSecret(seed: UInt64) throws {
        let key = key(seed: seed)
        let read = try #require(KeyText(text(key)))
        #expect(read.id == key.id)
        #expect(read.secret == key.secret)
    }

    @Test func aKeyHasTheDocumentedForm() {
        let text = text(key(seed: 7))
        #expect(text.utf8.count == KeyText.length)
        #expect(text.hasPrefix("mn_"))
        #expect(text.split(separator: "_").map(\.count) == [2, 26, 49])
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func everyOneCharacterTypoIsRefused(seed: UInt64) {
        let bytes = Array(text(key(seed: seed)).utf8)
        var random = SeededGenerator(seed: seed ^ 0xABCD)
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-".utf8)
        for position in bytes.indices {
            var typo = bytes
            repeat {
                typo[position] = alphabet.randomElement(using: &random) ?? 0
            } while typo[position] == bytes[position]
            #expect(KeyText(String(decoding: typo, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func swappedNeighboursAreRefused(seed: UInt64) {
        let bytes = Array(text(key(seed: seed)).utf8)
        for position in bytes.indices.dropLast() where bytes[position] != bytes[position + 1] {
            var typo = bytes
            typo.swapAt(position, position + 1)
            #expect(KeyText(String(decoding: typo, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: ["", "mn_", "mn__", "Bearer x", String(repeating: "a", count: 79), "mn_é", "\u{0}"])
    func whatIsNoKeyIsRefused(text: String) {
        #expect(KeyText(text) == nil)
    }

    @Test func aKeyCutShortOrContinuedIsRefused() {
        let text = text(key(seed: 3))
        for count in 0..<text.count { #expect(KeyText(String(text.prefix(count))) == nil) }
        #expect(KeyText(text + "0") == nil)
        #expect(KeyText(" " + text) == nil)
    }
}
