import Foundation

/// Every mention of the workspace in the SQL of our sources: what a test that takes them out must have come by.
struct PredicateCatalogue: Sendable {
    /// One line of the sources with such a mention.
    struct Mention: Hashable, Sendable, CustomStringConvertible {
        let file: String
        let line: Int
        /// The text of the statement there, without line breaks; pieces between fragments that are put in at run time.
        let pieces: [String]

        var description: String { "\(file):\(line) \(pieces.joined(separator: " … "))" }

        /// Whether a statement was made of it.
        func isIn(_ statement: String) -> Bool {
            var rest = statement[...]
            for piece in pieces {
                guard let found = rest.range(of: piece) else { return false }
                rest = rest[found.upperBound...]
            }
            return true
        }
    }

    let mentions: [Mention]

    /// Reads the sources.
    init() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/Sources"
        var mentions: [Mention] = []
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        for file in files.sorted() where file.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
            mentions += Self.mentions(in: text, file: file)
        }
        self.mentions = mentions
    }

    /// The mentions that none of the statements was made of.
    func missing(in statements: some Sequence<String>) -> [Mention] {
        let texts = Set(statements.map(Self.normalized))
        return mentions.filter { mention in !texts.contains { mention.isIn($0) } }
    }

    /// A statement, or a part of one, without line breaks and the numbers of parameters.
    static func normalized(_ sql: String) -> String {
        sql.replacing(/\$\d+/, with: "$").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func mentions(in text: String, file: String) -> [Mention] {
        var mentions: [Mention] = []
        var above: String?
        var isInside = false
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.contains("\"\"\"") {
                isInside.toggle()
                above = nil
                continue
            }
            if trimmed.contains(/workspace_id = (\\\(|\w+\.workspace_id)/), !trimmed.hasPrefix("//") {
                // The line above tells statements apart that name their tables there.
                let literal = isInside ? (above.map { "\($0) " } ?? "") + trimmed : Self.literal(in: trimmed)
                mentions.append(Mention(file: file, line: number + 1, pieces: pieces(of: literal)))
            }
            above = isInside ? trimmed : nil
        }
        return mentions
    }

    /// The literal of a line of code that has the mention.
    private static func literal(in code: String) -> String {
        var rest = code[...]
        while let start = rest.firstIndex(of: "\"") {
            var depth = 0
            var end = rest.index(after: start)
            while end < rest.endIndex, depth > 0 || rest[end] != "\"" {
                if rest[end] == "(" { depth += 1 }
                if rest[end] == ")" { depth -= 1 }
                end = rest.index(after: end)
            }
            let literal = rest[rest.index(after: start)..<end]
            if literal.contains("workspace_id = ") || end == rest.endIndex { return String(literal) }
            rest = rest[rest.index(after: end)...]
        }
        return code
    }

    /// What of a literal is in every statement that is made of it: parameters are `$`, fragments divide it.
    private static func pieces(of literal: String) -> [String] {
        var pieces = [""]
        var rest = literal[...]
        while let start = rest.range(of: "\\(") {
            pieces[pieces.count - 1] += rest[..<start.lowerBound]
            var depth = 1
            var end = start.upperBound
            while end < rest.endIndex, depth > 0 {
                if rest[end] == "(" { depth += 1 }
                if rest[end] == ")" { depth -= 1 }
                end = rest.index(after: end)
            }
            let value = rest[start.upperBound..<end]
            if value.hasPrefix("fragment:") || value.hasPrefix("unescaped:") || depth > 0 {
                pieces.append("")
            } else {
                pieces[pieces.count - 1] += "$"
            }
            rest = rest[end...]
        }
        pieces[pieces.count - 1] += rest
        return pieces.map(normalized).filter { !$0.isEmpty }
    }
}
