package import MemoryModel

/// Looks for text that is made to work on a model rather than to say something.
///
/// A store cannot know what is meant. These rules find what has no honest use, or hardly any, and leave alone what
/// people write about code and security: what is quoted or in code is spoken of, not said. What they miss is still
/// fenced as data, attributed, bounded in influence, and undoable.
package enum ContentScreen {
    /// The reasons to hold an item back: what it says, and its labels, which are shown beside it.
    static func reasons(of content: String, tags: [String]) -> [QuarantineReason] {
        reasons(for: tags.isEmpty ? content : content + "\n" + tags.joined(separator: "\n"))
    }

    /// The reasons to hold a text back, in the order of the enumeration; none for nearly every text.
    package static func reasons(for text: String) -> [QuarantineReason] {
        var found: Set<QuarantineReason> = []
        // Most text has nothing but ASCII, letters and ordinary punctuation.
        if !text.utf8.allSatisfy({ $0 < 0x80 }) {
            let scan = HiddenCharacters(text)
            if scan.hasTags { found.insert(.hiddenCharacters) }
            if scan.hasZeroWidth { found.insert(.zeroWidthCharacters) }
            if scan.hasBidiControls { found.insert(.bidiControls) }
        }
        if InstructionRules.isInstructionLike(text) { found.insert(.instructionLike) }
        let addresses = AddressRules(text)
        if addresses.exfiltrates { found.insert(.exfiltratingLink) }
        if addresses.holdsData { found.insert(.dataURL) }
        return QuarantineReason.allCases.filter(found.contains)
    }
}
