/// Characters that do not show: which of them a text uses in a way that no script needs.
struct HiddenCharacters {
    private(set) var hasTags = false
    private(set) var hasZeroWidth = false
    private(set) var hasBidiControls = false

    /// So many invisible characters in a row carry data, whatever is around them.
    private static let longestRun = 8

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var isolates = 0
        var hasRightToLeft = false
        var run = 0
        for (place, scalar) in scalars.enumerated() {
            let value = scalar.value
            switch value {
            // Language tags. The flags of England, Scotland and Wales use them, behind a black flag.
            case 0xE0000...0xE007F:
                if !Self.isInFlag(place, scalars) { hasTags = true }
            // Variation selectors beyond those of emoji and ideographs, which come one at a time.
            case 0xE0100...0xE01EF:
                if place > 0, (0xE0100...0xE01EF).contains(scalars[place - 1].value) { hasTags = true }
            case 0x202D, 0x202E: hasBidiControls = true
            case 0x202A...0x202C, 0x2066...0x2069: isolates += 1
            case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC: hasRightToLeft = true
            case 0x200B, 0x2060...0x2064, 0xFEFF, 0x180E, 0x200C, 0x200D, 0x00AD:
                if Self.isInsideWord(place, scalars) { hasZeroWidth = true }
            default: break
            }
            run = Self.isInvisible(value) ? run + 1 : 0
            if run >= Self.longestRun { hasTags = true }
        }
        // Mixed text has a use for isolates and embeddings; text without a right-to-left letter has none.
        if isolates > 0, !hasRightToLeft { hasBidiControls = true }
    }

    private static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xE0000...0xE01EF, 0xFEFF, 0x180E: true
        default: false
        }
    }

    /// Whether a tag belongs to a flag: behind it come tags alone, and before them the black flag.
    private static func isInFlag(_ place: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        var start = place
        // A flag has at most six letters and an end.
        while start > 0, place - start < 8, (0xE0000...0xE007F).contains(scalars[start].value) { start -= 1 }
        return scalars[start].value == 0x1F3F4
    }

    /// Whether the characters on both sides are letters or digits of a script that joins without help.
    ///
    /// Joiners between emoji, Indic and Arabic letters are spelling; a soft hyphen between Latin letters is typography.
    private static func isInsideWord(_ place: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        guard scalars[place].value != 0x00AD, place > 0, place + 1 < scalars.count else { return false }
        return isPlain(scalars[place - 1].value) && isPlain(scalars[place + 1].value)
    }

    /// Latin, Greek and Cyrillic letters, and digits.
    private static func isPlain(_ value: UInt32) -> Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x370...0x52F: true
        default: false
        }
    }
}
