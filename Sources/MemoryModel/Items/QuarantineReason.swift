/// Why an item is held back for review.
public enum QuarantineReason: String, Sendable, Hashable, CaseIterable, Codable {
    /// Characters that people do not see and models read: Unicode tags, runs of variation selectors.
    case hiddenCharacters = "hidden_characters"
    /// Zero-width characters inside words.
    case zeroWidthCharacters = "zero_width_characters"
    /// Controls that make text read otherwise than it is stored.
    case bidiControls = "bidi_controls"
    /// Text that gives orders to a model rather than knowledge.
    case instructionLike = "instruction_like"
    /// A link or image whose address is made to carry data away.
    case exfiltratingLink = "exfiltrating_link"
    /// A `data:` address with a payload.
    case dataURL = "data_url"
    /// Taken back with everything else of one source, message or principal.
    case reverted
    /// Put there by a person or by its agent.
    case requested
}
