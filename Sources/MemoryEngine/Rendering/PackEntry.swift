internal import MemoryModel

/// One item or message as it goes into a prompt.
struct PackEntry: Sendable, Hashable {
    /// What it is.
    let subject: ContextCandidate.Subject
    /// The parts of its content that are shown, as UTF-8 offsets in rising order; nil for all of it.
    var excerpt: [Range<Int>]?
    /// What its prefix says of others that contradict it.
    var mark: ConflictMark?

    /// The text that is shown: all of it, or its parts with marks where something is left out.
    var shown: String {
        let content = Self.content(of: subject)
        guard let excerpt else { return content }
        let bytes = Array(content.utf8)
        var text = ""
        var end = 0
        for range in excerpt where range.upperBound <= bytes.count {
            if range.lowerBound > end { text += text.isEmpty ? "… " : " … " }
            text += String(decoding: bytes[range], as: UTF8.self)
            end = range.upperBound
        }
        return end < bytes.count ? text + " …" : text
    }

    static func content(of subject: ContextCandidate.Subject) -> String {
        switch subject {
        case .item(let item): item.content
        case .message(let message): message.content
        }
    }
}

extension ContextCandidate.Subject {
    /// The section it is shown in where it was found.
    var section: ContextSection {
        switch self {
        case .item: .items
        case .message: .messages
        }
    }

    /// The id of a message, nil for an item.
    var messageID: Identifier<Message>? {
        if case .message(let message) = self { return message.id }
        return nil
    }
}
