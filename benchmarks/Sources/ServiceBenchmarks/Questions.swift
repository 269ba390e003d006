import Foundation

/// The labelled questions of data/, as texts to ask.
struct Questions: Sendable {
    private struct Line: Decodable {
        let text: String
    }

    private let texts: [String]
    /// Differs from run to run, so that a service which is still up has seen none of the texts.
    private let run = UInt32.random(in: 46_656...1_600_000)

    /// Reads `questions.jsonl`.
    init(contentsOf path: String) throws {
        let decoder = JSONDecoder()
        texts = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n")
            .map { try decoder.decode(Line.self, from: Data($0.utf8)).text }
    }

    /// A text that was not asked before in this run, so that no cache of query embeddings helps.
    func unseen(_ index: Int) -> String {
        "\(texts[index % texts.count]) \(String(run &+ UInt32(truncatingIfNeeded: index), radix: 36))"
    }

    /// How many texts ``known(_:)`` chooses from.
    static let few = 50

    /// One of a few texts, the same in this run and the next.
    func known(_ index: Int) -> String { texts[index % min(Self.few, texts.count)] }

    /// Two longer words of a question, as a person would search for them.
    func words(_ index: Int) -> String {
        let longer = texts[index % texts.count]
            .split { !$0.isLetter && !$0.isNumber }
            .filter { $0.count > 3 }
            .map { String($0) }
        return Array(longer.suffix(2)).joined(separator: " OR ")
    }
}
