import Foundation

/// The labelled questions of data/, as texts to ask.
struct Questions: Sendable {
    private struct Line: Decodable {
        let text: String
    }

    private let texts: [String]

    /// Reads `questions.jsonl`.
    init(contentsOf path: String) throws {
        let decoder = JSONDecoder()
        texts = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n")
            .map { try decoder.decode(Line.self, from: Data($0.utf8)).text }
    }

    /// A text that was not asked before in this run, so that no cache of query embeddings helps.
    func unseen(_ index: Int) -> String {
        "\(texts[index % texts.count]) Case \(index) of \(UInt32.random(in: 0...UInt32.max))."
    }

    /// Two longer words of a question, as a person would search for them.
    func words(_ index: Int) -> String {
        let words = texts[index % texts.count].split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            .filter { $0.count > 3 }
        return words.suffix(2).map(String.init).joined(separator: " OR ")
    }
}
