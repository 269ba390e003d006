/// What a text says by itself, without what it shows in code or quotes: words in lower case, sentence by sentence.
struct SpokenText {
    /// One sentence, as words and the marks between them that matter.
    struct Sentence {
        var words: [Substring] = []
    }

    private(set) var sentences: [Sentence] = []
    /// The text with code and quotations blanked out, as it was written.
    let plain: String

    init(_ text: String) {
        plain = Self.withoutShown(text)
        var sentence = Sentence()
        let lowered = Self.folded(plain)
        var word = lowered.startIndex
        func isWord(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "'" || character == "_"
        }
        var index = lowered.startIndex
        while index < lowered.endIndex {
            let character = lowered[index]
            if !isWord(character) {
                if word < index { sentence.words.append(lowered[word..<index]) }
                word = lowered.index(after: index)
                if ".!?:;\n—–,()[]{}<>|".contains(character), !sentence.words.isEmpty {
                    // A comma ends a clause: what follows may be an order again.
                    sentences.append(sentence)
                    sentence = Sentence()
                }
            }
            index = lowered.index(after: index)
        }
        if word < lowered.endIndex { sentence.words.append(lowered[word...]) }
        if !sentence.words.isEmpty { sentences.append(sentence) }
    }

    /// Lower case, without the look-alikes and marks that a reader does not notice.
    private static func folded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            switch scalar.value {
            case 0x200B...0x200F, 0x2060...0x2064, 0xFEFF, 0x00AD: continue
            case 0x2019, 0x02BC: scalars.append("'")
            // Full-width letters.
            case 0xFF41...0xFF5A: scalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFF41 + 0x61)))
            // Cyrillic and Greek letters that look like Latin ones.
            case 0x0430, 0x03B1: scalars.append("a")
            case 0x0435, 0x03B5: scalars.append("e")
            case 0x043E, 0x03BF: scalars.append("o")
            case 0x0440, 0x03C1: scalars.append("p")
            case 0x0441: scalars.append("c")
            case 0x0443: scalars.append("y")
            case 0x0445: scalars.append("x")
            case 0x0456, 0x03B9: scalars.append("i")
            case 0x0455: scalars.append("s")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// The text without fenced and inline code and without quotations on one line.
    private static func withoutShown(_ text: String) -> String {
        var result = ""
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
                result += "\n"
                continue
            }
            if !isFenced { result += withoutQuotes(line) }
            result += "\n"
        }
        return result
    }

    private static func withoutQuotes(_ line: Substring) -> String {
        let closings: [Character: Character] = ["`": "`", "\"": "\"", "“": "”", "«": "»", "„": "“", "‘": "’"]
        var result = ""
        var index = line.startIndex
        while index < line.endIndex {
            let character = line[index]
            let next = line.index(after: index)
            if let closing = closings[character], let end = line[next...].firstIndex(of: closing) {
                result += " "
                index = line.index(after: end)
            } else {
                result.append(character)
                index = next
            }
        }
        return result
    }
}
