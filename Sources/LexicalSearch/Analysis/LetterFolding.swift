/// Composes letters with their marks, and takes the marks off stems, so that `café`, `cafe` and `cafe` + U+0301 are one term.
///
/// The tables come from the standard library's own canonical equivalence: two strings are equal when they are the same letter.
struct LetterFolding: Sendable {
    /// The one table; immutable once made.
    static let shared = LetterFolding()

    private let composed: [UInt64: UInt32]
    private let folded: [UInt32: UInt8]

    private init() {
        var precomposed: [String: UInt32] = [:]
        for range in [0xC0...0x24F, 0x1E00...0x1EFF, 0x400...0x45F] as [ClosedRange<UInt32>] {
            for value in range {
                if let scalar = Unicode.Scalar(value) {
                    precomposed[String(Character(scalar))] = value
                }
            }
        }
        let latin = Array(UInt32(0x41)...0x5A) + Array(UInt32(0x61)...0x7A)
        var folded: [UInt32: UInt8] = [
            0xF8: UInt8(ascii: "o"), 0x142: UInt8(ascii: "l"), 0x111: UInt8(ascii: "d"), 0x131: UInt8(ascii: "i"),
        ]
        var composed: [UInt64: UInt32] = [:]
        var bases = latin + Array(UInt32(0x410)...0x44F)
        // Two rounds: a letter with one mark, then (Vietnamese) with a second one.
        for _ in 0..<2 {
            var found: [UInt32] = []
            for base in bases {
                for mark in UInt32(0x300)...0x338 {
                    guard let result = precomposed[Self.string(base, mark)], result != base else { continue }
                    composed[Self.pair(base, mark)] = result
                    found.append(result)
                    if let plain = folded[base] ?? UInt8(exactly: base).flatMap({ $0 < 0x80 ? $0 : nil }) {
                        folded[result] = plain
                    }
                }
            }
            bases = found
        }
        self.composed = composed
        self.folded = folded
    }

    /// The single letter that a base and a combining mark make, or `nil` where Unicode has none.
    func compose(base: UInt32, mark: UInt32) -> UInt32? {
        composed[Self.pair(base, mark)]
    }

    /// Replaces marked Latin letters by their plain form; other scripts stay.
    func fold(_ term: [UInt8]) -> [UInt8] {
        guard term.contains(where: { $0 >= 0xC3 && $0 <= 0xE1 }) else { return term }
        var result: [UInt8] = []
        result.reserveCapacity(term.count)
        for scalar in String(decoding: term, as: UTF8.self).unicodeScalars {
            if let plain = folded[scalar.value] {
                result.append(plain)
            } else {
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return result
    }

    private static func pair(_ base: UInt32, _ mark: UInt32) -> UInt64 {
        UInt64(base) << 32 | UInt64(mark)
    }

    private static func string(_ base: UInt32, _ mark: UInt32) -> String {
        var result = String.UnicodeScalarView()
        for value in [base, mark] {
            if let scalar = Unicode.Scalar(value) { result.append(scalar) }
        }
        return String(result)
    }
}
