import Crypto
import Foundation
import Testing

/// The labelled tasks of data/tasks: what `data/README.md` says of them holds.
struct LabelledTaskTests {
    struct Document: Decodable {
        let id: String
        let conversation: String
        let session: String
        let turn: Int
        let speaker: String
        let timestamp: String
        let text: String
        let type: String?
        let supersedes: String?
    }

    struct Question: Decodable {
        let id: String
        let conversation: String
        let text: String
        let relevant: [String]
        let superseded: [String]?
        let category: String
        let kind: String
        let half: String
    }

    struct Line: Decodable {
        let type: String
        let id: String?
        let content: String?
    }

    private static let tasks = ["pantry-relay", "home", "languages"]
    private static let kinds: Set = [
        "latest", "items_messages", "cross_thread", "code_error", "typo", "first_person", "assistant_turn",
        "german", "french", "russian", "chinese", "japanese", "no_answer",
    ]

    private static func lines<Value: Decodable>(_ type: Value.Type, of path: String) throws -> [Value] {
        try String(contentsOfFile: "\(SampleFiles.folder)/\(path)", encoding: .utf8)
            .split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    @Test(arguments: tasks) func everyLabelNamesATextOfItsConversation(task: String) throws {
        let documents = try Self.lines(Document.self, of: "tasks/\(task)/corpus.jsonl")
        let questions = try Self.lines(Question.self, of: "tasks/\(task)/queries.jsonl")
        let byID = Dictionary(documents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byID.count == documents.count)
        #expect(Set(questions.map(\.id)).count == questions.count)
        let replaced = Set(documents.compactMap(\.supersedes))
        for question in questions {
            let named = question.relevant + (question.superseded ?? [])
            #expect(named.allSatisfy { byID[$0]?.conversation == question.conversation }, "\(question.id)")
            #expect(Set(named).count == named.count, "\(question.id) names a text twice")
            #expect(replaced.isDisjoint(with: question.relevant), "\(question.id) asks for what is replaced")
            #expect(question.relevant.isEmpty == (question.kind == "no_answer"), "\(question.id)")
            #expect(question.category == (question.kind == "no_answer" ? "adversarial" : question.kind))
            #expect(Self.kinds.contains(question.kind))
        }
        for (_, texts) in Dictionary(grouping: documents, by: \.conversation) {
            #expect(texts.map(\.turn) == Array(texts.indices), "turns are numbered in order")
        }
    }

    @Test(arguments: tasks) func aHalfIsTheParityOfAHash(task: String) throws {
        for question in try Self.lines(Question.self, of: "tasks/\(task)/queries.jsonl") {
            let first = Array(SHA256.hash(data: Data(question.id.utf8)))[0]
            #expect(question.half == (first.isMultiple(of: 2) ? "fitting" : "judging"), "\(question.id)")
        }
    }

    @Test func everyKindHasTwentyQuestions() throws {
        let questions = try Self.tasks.flatMap { try Self.lines(Question.self, of: "tasks/\($0)/queries.jsonl") }
        let counts = Dictionary(grouping: questions, by: \.kind).mapValues(\.count)
        #expect(questions.count >= 300)
        for kind in Self.kinds { #expect(counts[kind, default: 0] >= 20, "\(kind)") }
    }

    @Test func theTaskOverTheSampleSaysWhatTheSampleSays() throws {
        let sample = try Self.lines(Line.self, of: "sample-workspace.jsonl")
            .filter { $0.type == "message" || $0.type == "item" }
        let documents = try Self.lines(Document.self, of: "tasks/pantry-relay/corpus.jsonl")
        #expect(documents.map(\.id) == sample.map(\.id))
        #expect(documents.map(\.text) == sample.map(\.content))
    }
}
