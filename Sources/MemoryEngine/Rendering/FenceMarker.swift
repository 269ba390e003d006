/// The marks around what this service puts into prompts: how they look, how they are recognised, and made harmless.
enum FenceMarker {
    /// How a fence of plain text opens.
    static let textOpening = "[[mneme"
    /// How a fence of plain text closes.
    static let textClosing = "[[/mneme"
    /// How a fence of XML opens.
    static let markupOpening = "<mneme"
    /// How a fence of XML closes.
    static let markupClosing = "</mneme"

    /// Whether a text holds a fence's mark, in any case of letters.
    static func isPresent(in text: String) -> Bool {
        var found = false
        visitMarks(of: Array(text.utf8)) { _ in found = true }
        return found
    }

    /// The text with a space after the bracket of every mark, so that no line of it reads as a fence.
    static func neutralised(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var insertions: [Int] = []
        visitMarks(of: bytes) { insertions.append($0) }
        guard !insertions.isEmpty else { return text }
        var result: [UInt8] = []
        var start = 0
        for place in insertions {
            result += bytes[start..<place]
            result.append(UInt8(ascii: " "))
            start = place
        }
        result += bytes[start...]
        return String(decoding: result, as: UTF8.self)
    }

    private static let word = Array("mneme".utf8)

    /// Calls `body` with the offset just behind the bracket of each mark.
    private static func visitMarks(of bytes: [UInt8], _ body: (Int) -> Void) {
        var index = 0
        while index < bytes.count {
            guard let bracketEnd = endOfBracket(bytes, from: index) else {
                index += 1
                continue
            }
            var wordStart = bracketEnd
            if wordStart < bytes.count, bytes[wordStart] == UInt8(ascii: "/") { wordStart += 1 }
            if isWord(bytes, at: wordStart) { body(bracketEnd) }
            index = bracketEnd
        }
    }

    private static func endOfBracket(_ bytes: [UInt8], from index: Int) -> Int? {
        if bytes[index] == UInt8(ascii: "<") { return index + 1 }
        let next = index + 1
        guard bytes[index] == UInt8(ascii: "["), next < bytes.count, bytes[next] == UInt8(ascii: "[") else {
            return nil
        }
        // In a longer run of brackets the last two count.
        guard next + 1 < bytes.count, bytes[next + 1] != UInt8(ascii: "[") else { return nil }
        return next + 1
    }

    private static func isWord(_ bytes: [UInt8], at start: Int) -> Bool {
        guard start + word.count <= bytes.count else { return false }
        return word.indices.allSatisfy { bytes[start + $0] | 0x20 == word[$0] }
    }
}
