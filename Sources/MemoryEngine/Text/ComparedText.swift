/// A text cut into words, ready to be compared with others.
struct ComparedText: Sendable {
    /// One word, number or character of a script without spaces.
    struct Word: Sendable {
        /// Of the letters in lower case.
        let hash: UInt64
        /// Where it is, in UTF-8 offsets.
        let range: Range<Int>
        let traits: Traits
    }

    /// What is known of a word by its letters and its place.
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8

        /// It holds a digit.
        static let number = Traits(rawValue: 1)
        /// It begins with a capital inside a sentence, as names do.
        static let name = Traits(rawValue: 2)
        /// It says that something is not so.
        static let negation = Traits(rawValue: 4)
        /// It carries meaning by itself: long, a number, a capital, or of a script without spaces.
        static let content = Traits(rawValue: 8)
        /// Nothing but blanks or a number sign parts it from the word before.
        static let follows = Traits(rawValue: 16)
    }

    /// The text's UTF-8.
    let bytes: [UInt8]
    /// In order.
    let words: [Word]
    /// The words' hashes, sorted, each once.
    let set: [UInt64]

    init(_ text: String) {
        bytes = Array(text.utf8)
        var scan = WordScan(bytes: bytes)
        words = scan.words()
        set = Set(words.map(\.hash)).sorted()
    }

    /// Jaccard's coefficient: what the two share of the words they have together.
    static func overlap(_ left: ComparedText, _ right: ComparedText) -> Double {
        let (a, b) = (left.set, right.set)
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        var common = 0
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                common += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return Double(common) / Double(a.count + b.count - common)
    }
}

/// Walks over a text's bytes once.
private struct WordScan {
    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3
    /// Words with fewer letters are mostly grammar.
    private static let contentLength = 4

    let bytes: [UInt8]
    private var index = 0
    private var startsSentence = true
    private var hasOnlyBlanksBefore = false

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func words() -> [ComparedText.Word] {
        var words: [ComparedText.Word] = []
        while index < bytes.count {
            let (scalar, length) = scalar(at: index)
            if UnspacedScript.contains(scalar) {
                words.append(character(scalar, length))
            } else if Self.isWordPart(scalar) {
                words.append(word())
            } else {
                separator(scalar)
                index += length
            }
        }
        return words
    }

    private mutating func separator(_ scalar: Unicode.Scalar) {
        switch scalar {
        case ".", "!", "?", "\n", "\r", ":", "…": startsSentence = true
        default: break
        }
        let isBlank = scalar == " " || scalar == "\t" || scalar == "#" || scalar == "\u{A0}"
        if !isBlank { hasOnlyBlanksBefore = false }
    }

    private mutating func character(_ scalar: Unicode.Scalar, _ length: Int) -> ComparedText.Word {
        let range = index..<(index + length)
        index += length
        startsSentence = false
        hasOnlyBlanksBefore = false
        let hash = (Self.offset ^ UInt64(scalar.value)) &* Self.prime
        var traits: ComparedText.Traits = .content
        if Negations.characters.contains(scalar) { traits.insert(.negation) }
        return ComparedText.Word(hash: hash, range: range, traits: traits)
    }

    private mutating func word() -> ComparedText.Word {
        let start = index
        var hash = Self.offset
        var count = 0
        var traits: ComparedText.Traits = hasOnlyBlanksBefore ? .follows : []
        var beginsWithCapital = false
        while index < bytes.count {
            let (scalar, length) = scalar(at: index)
            let isApostrophe = scalar == "'" || scalar == "’"
            if isApostrophe {
                // Inside a word only: don't, l'eau.
                let next = index + length
                guard next < bytes.count, Self.isWordPart(self.scalar(at: next).scalar) else { break }
                hash = (hash ^ 0x27) &* Self.prime
                index = next
                continue
            }
            guard Self.isWordPart(scalar), !UnspacedScript.contains(scalar) else { break }
            if scalar.properties.numericType != nil { traits.insert(.number) }
            if count == 0, scalar.properties.isUppercase { beginsWithCapital = true }
            for lower in Self.lowercase(scalar) { hash = (hash ^ UInt64(lower.value)) &* Self.prime }
            count += 1
            index += length
        }
        if beginsWithCapital, !startsSentence { traits.insert(.name) }
        if count >= Self.contentLength || beginsWithCapital || traits.contains(.number) { traits.insert(.content) }
        let range = start..<index
        if !traits.contains(.number), Negations.contains(bytes[range]) { traits.insert(.negation) }
        startsSentence = false
        hasOnlyBlanksBefore = true
        return ComparedText.Word(hash: hash, range: range, traits: traits)
    }

    private static func lowercase(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value >= 0x80 else {
            return scalar >= "A" && scalar <= "Z" ? [Unicode.Scalar(UInt8(scalar.value | 0x20))] : [scalar]
        }
        return Array(scalar.properties.lowercaseMapping.unicodeScalars)
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case ..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// The scalar that begins at a place; a `String`'s UTF-8 is always whole.
    private func scalar(at place: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let lead = UInt32(bytes[place])
        func tail(_ offset: Int) -> UInt32 {
            place + offset < bytes.count ? UInt32(bytes[place + offset] & 0x3F) : 0
        }
        let (value, length): (UInt32, Int) =
            switch lead {
            case ..<0x80: (lead, 1)
            case ..<0xE0: ((lead & 0x1F) << 6 | tail(1), 2)
            case ..<0xF0: ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
            default: ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
            }
        return (Unicode.Scalar(value) ?? " ", length)
    }
}

/// Words that say that something is not so, in the languages most often met.
private enum Negations {
    /// English, German, French, Spanish, Italian, Dutch, Russian.
    private static let words: Set<String> = [
        "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "without",
        "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "ohne",
        "ne", "pas", "jamais", "aucun", "aucune", "sans", "nunca", "jamás", "sin", "non", "mai", "senza",
        "niet", "geen", "nooit", "zonder", "не", "нет", "никогда", "без", "ни",
    ]
    /// Chinese and Japanese.
    static let characters: Set<Unicode.Scalar> = ["不", "没", "未", "無", "无"]

    static func contains(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= 16 else { return false }
        let word = String(decoding: bytes, as: UTF8.self).lowercased()
        return words.contains(word) || word.hasSuffix("n't") || word.hasSuffix("n’t")
    }
}
