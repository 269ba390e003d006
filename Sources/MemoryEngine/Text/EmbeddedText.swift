package import MemoryModel

/// One string that is embedded for an entry.
package struct EmbeddedPart: Sendable, Hashable {
    /// What it shows of the text.
    package let view: EmbeddedView
    /// Which part of the view, from 0.
    package let part: Int
    /// The string, before the profile's own prefix.
    package let text: String
}

/// The ways in which a text is shown to the encoder; each has vectors of its own, and the best speaks for the text.
package enum EmbeddedView: Int16, Sendable, Hashable, CaseIterable {
    /// The whole text with who said it and when; more than one part only where it is longer than an encoder reads.
    case whole = 0
    /// One sentence a part, as it stands, without who said it and when.
    case sentences = 1

    /// The most parts of one text.
    package var limit: Int {
        switch self {
        case .whole: 192
        case .sentences: 64
        }
    }

    /// Where its parts begin among the 256 numbers that a vector index has for the vectors of one key.
    private var firstNumber: Int {
        switch self {
        case .whole: 0
        case .sentences: 192
        }
    }

    /// The number of a part in a vector index; nil beyond the limit.
    package func number(ofPart part: Int) -> UInt8? {
        (0..<limit).contains(part) ? UInt8(firstNumber + part) : nil
    }

    /// The view and part that a number in a vector index stands for.
    package static func part(ofNumber number: UInt8) -> (view: EmbeddedView, part: Int) {
        let first = EmbeddedView.sentences.firstNumber
        return Int(number) < first ? (.whole, Int(number)) : (.sentences, Int(number) - first)
    }
}

/// The exact strings that stand for an item or message in vector space, before the profile's own prefix.
///
/// Who said it and the date go with the whole text, since that makes it much easier to find; each sentence stands by
/// itself, since one that answers a question is drowned by the others of a turn. All are a pure function of a version,
/// so a vector that comes late always fits.
package enum EmbeddedText {
    /// How much fits a part, in quarter tokens: about 220 of the 256 tokens that the local encoder reads.
    private static let capacity = 880
    /// A sentence of fewer words and letters says nothing by itself ("Thanks!", "Sure, why not?").
    private static let leastWords = 3
    private static let leastLetters = 12

    /// The strings to embed of an item.
    package static func parts(of item: ContextItem) -> [EmbeddedPart] {
        let date = item.createdAt.dateDescription
        let heading =
            switch item.kind {
            case .note, .fact: "(\(date)): "
            default: "\(item.kind.rawValue) (\(date)): "
            }
        return parts(of: item.content, heading: heading)
    }

    /// The strings to embed of a message.
    package static func parts(of message: Message) -> [EmbeddedPart] {
        parts(of: message.content, heading: "\(message.author) (\(message.createdAt.dateDescription)): ")
    }

    private static func parts(of content: String, heading: String) -> [EmbeddedPart] {
        let sentences = SentenceSplitter.sentences(of: content, longest: capacity, weight: weight(of:))
            .map { String(content[$0]) }
        let whole = wholeParts(of: sentences).prefix(EmbeddedView.whole.limit).enumerated().map { place, text in
            EmbeddedPart(view: .whole, part: place, text: heading + text)
        }
        let single = sentenceParts(of: sentences).enumerated().map { place, text in
            EmbeddedPart(view: .sentences, part: place, text: text)
        }
        return whole + single
    }

    /// As few parts as hold all sentences.
    private static func wholeParts(of sentences: [String]) -> [String] {
        var parts: [String] = []
        var current = ""
        var weight = 0
        for sentence in sentences {
            let cost = self.weight(of: sentence)
            if weight > 0, weight + cost > capacity {
                parts.append(trimmed(current))
                (current, weight) = ("", 0)
            }
            current += sentence
            weight += cost
        }
        if weight > 0 { parts.append(trimmed(current)) }
        return parts
    }

    /// The sentences that say something by themselves, some together where there are more than may be.
    private static func sentenceParts(of sentences: [String]) -> [String] {
        let telling = sentences.map(trimmed).filter(isTelling)
        let limit = EmbeddedView.sentences.limit
        guard telling.count > limit else { return telling }
        let size = (telling.count + limit - 1) / limit
        return stride(from: 0, to: telling.count, by: size).map { start in
            telling[start..<min(start + size, telling.count)].joined(separator: " ")
        }
    }

    private static func isTelling(_ sentence: String) -> Bool {
        var words = 0
        var letters = 0
        var isInside = false
        for scalar in sentence.unicodeScalars {
            let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            // A letter of a script without spaces is about a word.
            if UnspacedScript.contains(scalar) {
                words += 1
                letters += 4
            } else if isLetter {
                letters += 1
                if !isInside { words += 1 }
            }
            isInside = isLetter
        }
        return words >= leastWords && letters >= leastLetters
    }

    /// SHA-256 of what the provider will embed, the profile's prefix included.
    static func hash(of part: EmbeddedPart, profile: EmbeddingProfile) -> [UInt8] {
        ContentHash.of(profile.documentPrefix + part.text)
    }

    /// Roughly four times the tokens: a Latin letter counts one, a letter of other scripts about a token.
    private static func weight(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x250 ? 1 : $1.value < 0x2E80 ? 2 : 4) }
    }

    private static func trimmed(_ text: String) -> String {
        var slice = Substring(text)
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
