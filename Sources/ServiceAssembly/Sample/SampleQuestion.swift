internal import MemoryModel

/// A labelled question of data/questions.jsonl.
package struct SampleQuestion: Sendable, Hashable {
    /// The id, such as `q001`.
    package let id: String
    /// The question.
    package let text: String
    /// The ids, in the sample file, of the items that answer it.
    package let items: [String]
    /// The ids, in the sample file, of the messages that answer it.
    package let messages: [String]

    /// Reads one line.
    package init(parsing bytes: [UInt8], file: String, line: Int) throws(ExchangeError) {
        guard let json = try? JSONParser.parse(bytes), let id = json["id"].text, let text = json["text"].text else {
            throw ExchangeError(.line, file: file, line: line, "is not a question: it needs id and text")
        }
        self.id = id
        self.text = text
        items = (json["items"].elements ?? []).compactMap(\.text)
        messages = (json["messages"].elements ?? []).compactMap(\.text)
    }

    /// Reads all questions of a file.
    package static func read(_ file: String) throws(ExchangeError) -> [SampleQuestion] {
        var reader = try LineReader(path: file)
        var questions: [SampleQuestion] = []
        while let line = try reader.next() {
            questions.append(try SampleQuestion(parsing: line, file: file, line: reader.number))
        }
        return questions
    }
}
