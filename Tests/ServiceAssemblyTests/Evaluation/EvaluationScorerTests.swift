import Foundation
import MemoryModel
import ServiceAssembly
import Testing

/// The measures of `mneme eval` against those of an independent scorer.
@Suite struct EvaluationScorerTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("data/golden/evaluation")

    private static func answers() throws -> [EvaluationAnswer] {
        try String(contentsOf: folder.appendingPathComponent("run.jsonl"), encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(EvaluationAnswer.self, from: Data($0.utf8)) }
    }

    @Test func measuresAreThoseOfAnIndependentScorer() throws {
        let task = try EvaluationTask(folder: Self.folder.path)
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("measures.json"))
        let expected = try JSONDecoder().decode([String: [Double]].self, from: file)
        let summary = EvaluationScorer(task).summary(of: try Self.answers())
        var found = Dictionary(uniqueKeysWithValues: summary.categories.map { ($0.name, $0.measures) })
        found["overall"] = summary.overall
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, values) in expected {
            let measures = try #require(found[name])
            for (value, other) in zip(measures.values, values) { #expect(abs(value - other) < 1e-8, "\(name)") }
        }
    }

    @Test func runFileReadsBackAsItWasWritten() throws {
        let answers = try Self.answers()
        let lines = try answers.runFile.split(separator: "\n")
        #expect(try lines.map { try JSONDecoder().decode(EvaluationAnswer.self, from: Data($0.utf8)) } == answers)
    }

    @Test func aCurrentValueMustStandAboveEverySupersededOne() throws {
        var task = try EvaluationTask(folder: Self.folder.path)
        task.questions = [task.questions[0]]
        let ids = task.documents.map(\.id)
        task.questions[0].relevant = [ids[1]]
        task.questions[0].superseded = [ids[0], ids[2]]
        for (order, isCurrent) in [([1, 0, 2], 1.0), ([0, 1, 2], 0), ([1], 1), ([0], 0), ([3, 1, 2], 1)] {
            let answer = EvaluationAnswer(questionID: task.questions[0].id, ids: order.map { ids[$0] }, contexts: [:])
            #expect(EvaluationScorer(task).summary(of: [answer]).current == isCurrent)
        }
    }

    @Test func questionsWithoutAnswerAreNotCounted() throws {
        var task = try EvaluationTask(folder: Self.folder.path)
        let before = EvaluationScorer(task).summary(of: try Self.answers()).overall
        task.questions.append(task.questions[0])
        task.questions[task.questions.count - 1].id = "nothing"
        task.questions[task.questions.count - 1].relevant = []
        #expect(EvaluationScorer(task).summary(of: try Self.answers()).overall == before)
    }

    @Test func aBrokenLineIsNamed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eval-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\"id\": \"a\", \"conversation\": \"c\", \"timestamp\": \"May\"}\n".utf8)
            .write(to: folder.appendingPathComponent("corpus.jsonl"))
        let error = #expect(throws: ExchangeError.self) { try EvaluationTask(folder: folder.path) }
        #expect(error?.line == 1 && error?.field == "timestamp")
    }
}
