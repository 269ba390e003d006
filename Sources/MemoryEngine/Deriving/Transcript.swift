internal import MemoryModel

/// Messages as they are shown to a chat model: numbered, each with its author, fenced as data.
struct Transcript: Sendable {
    /// A message with what may be read of it.
    struct Line: Sendable {
        let message: Message
        let text: String

        /// What the line costs, in characters.
        var length: Int { text.utf8.count + message.author.utf8.count + 24 }
    }

    /// In order.
    let lines: [Line]

    /// Messages without what this service put into prompts, and without its own remarks.
    init(_ messages: [Message]) {
        lines = messages.compactMap { message in
            InjectedText.removed(from: message.content).map { Line(message: message, text: $0) }
        }
    }

    private init(lines: [Line]) {
        self.lines = lines
    }

    /// The newest lines within so many characters.
    func suffix(characters: Int) -> Transcript {
        var left = characters
        let kept = lines.reversed().prefix { line in
            left -= line.length
            return left >= 0
        }
        return Transcript(lines: kept.reversed())
    }

    /// Parts of at most so many characters each; a longer line is one part, cut.
    func parts(characters: Int) -> [Transcript] {
        var parts: [[Line]] = []
        var length = 0
        for line in lines {
            if parts.isEmpty || length + line.length > characters {
                parts.append([])
                length = 0
            }
            parts[parts.count - 1].append(Line(message: line.message, text: String(line.text.prefix(characters))))
            length += line.length
        }
        return parts.map(Transcript.init(lines:))
    }

    /// The lines, numbered from 1.
    var text: String {
        lines.enumerated().map { number, line in
            let author = line.message.author.split(whereSeparator: \.isNewline).joined(separator: " ")
            let date = line.message.createdAt.dateDescription
            return "[\(number + 1)] \(author) (\(line.message.authorType.rawValue), \(date)): \(line.text)"
        }.joined(separator: "\n")
    }

    /// A text between marks that it cannot hold, because they are made from it.
    static func fenced(_ text: String, name: String) -> String {
        var salt = 0
        while true {
            let nonce = String(ContentHash.hexadecimal(of: "\(salt) \(text)").prefix(16))
            if !text.contains(nonce) { return "<\(name)-\(nonce)>\n\(text)\n</\(name)-\(nonce)>" }
            salt += 1
        }
    }

    /// The lowest trust of those who speak; nothing is known where nobody does.
    static func trust(of messages: [Message]) -> Trust {
        messages.map(\.authorType.trust).min() ?? .unknown
    }
}
