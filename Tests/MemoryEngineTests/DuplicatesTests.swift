import MemoryEngine
import Testing

struct DuplicatesTests {
    @Test func nearDuplicatesAreOneAndOtherNumbersAreNot() {
        var duplicates = Duplicates()
        let texts: [(String, [UInt8])] = [
            ("The window is 30 minutes by default for all drivers", [1]),
            ("the window is 30 minutes, by default, for all drivers!", [2]),
            ("The window is 45 minutes in Leipzig", [3]),
            ("Another text", [3]),
        ]
        let repeated = texts.map { duplicates.isRepeated($0.0, hash: $0.1) }
        #expect(repeated == [false, true, false, true])
    }
}
