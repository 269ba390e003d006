internal import Foundation
internal import SentenceEncoder

/// The texts of the sample workspace, for measuring and for making embeddings.
struct BenchTexts {
    /// Every message and item, in the order of the file.
    let contents: [String]
    /// The labelled questions.
    let questions: [String]

    private struct Line: Decodable {
        let type: String?
        let content: String?
        let text: String?
    }

    /// Reads `sample-workspace.jsonl` and `questions.jsonl`.
    init(folder: String) throws {
        contents = try Self.lines("\(folder)/sample-workspace.jsonl").compactMap(\.content)
        questions = try Self.lines("\(folder)/questions.jsonl").compactMap(\.text)
        guard !contents.isEmpty, !questions.isEmpty else { throw BenchFailure("\(folder) holds no texts") }
    }

    private static func lines(_ path: String) throws -> [Line] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchFailure("\(path) cannot be read")
        }
        let decoder = JSONDecoder()
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            do {
                return try decoder.decode(Line.self, from: line)
            } catch {
                throw BenchFailure("\(path) has a line that is no JSON object")
            }
        }
    }

    /// The sentences of all contents, three words or more, each once and in order.
    ///
    /// A sentence ends with its line, or with a full stop, question or exclamation mark before a space.
    var sentences: [String] {
        var seen = Set(contents)
        return contents.flatMap { content in
            content.replacing(/([.?!])\s+/) { "\($0.output.1)\n" }.split(whereSeparator: \.isNewline).map(String.init)
        }.filter { $0.split(separator: " ").count >= 3 && seen.insert($0).inserted }
    }

    /// Up to `count` runs of the workspace's words that are exactly `tokens` tokens long, with [CLS] and [SEP].
    func runs(tokens: Int, count: Int, encoder: SentenceEncoder) throws -> [String] {
        let words = contents.flatMap { $0.split(whereSeparator: \.isWhitespace) }
        var runs: [String] = []
        var start = 0
        while runs.count < count, start < words.count {
            // A word is one token or more, so a run has at most that many words.
            for length in stride(from: min(tokens - 2, words.count - start), to: 0, by: -1) {
                let run = words[start..<start + length].joined(separator: " ")
                let found = encoder.countTokens(run).count
                guard found <= tokens else { continue }
                if found == tokens { runs.append(run) }
                break
            }
            start += max(1, tokens / 4)
        }
        guard runs.count == count else {
            throw BenchFailure("the sample workspace has only \(runs.count) runs of \(tokens) tokens")
        }
        return runs
    }
}
