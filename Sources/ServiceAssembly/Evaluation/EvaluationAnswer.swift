/// What a system answered to the questions of a task: one line a question, as the run file has it.
package struct EvaluationAnswer: Sendable, Hashable, Codable {
    /// The question.
    package var questionID: String
    /// The documents found, best first.
    package var ids: [String]
    /// What the pack of each token budget held, best first.
    package var contexts: [String: [String]]
    /// The server's time for the largest pack, in milliseconds.
    package var milliseconds: Double?
    /// The value of each signal of each document found, by the document's id; not part of the run file.
    package var signals: [String: [String: Double]] = [:]

    private enum CodingKeys: String, CodingKey {
        case questionID = "query_id"
        case ids, contexts
        case milliseconds = "latency_ms"
    }

    package init(questionID: String, ids: [String], contexts: [String: [String]], milliseconds: Double? = nil) {
        self.questionID = questionID
        self.ids = ids
        self.contexts = contexts
        self.milliseconds = milliseconds
    }
}

/// The measures of one question, or their means over several.
package struct EvaluationMeasures: Sendable, Hashable {
    /// The token budgets that packs are asked for.
    package static let budgets = [1000, 2000, 4000]
    /// The names of the measures, in the order of ``values``.
    package static let names = ["R@5", "R@10", "nDCG@10"] + budgets.map { "ctx\($0)" }

    /// Each from 0 to 1.
    package var values: [Double]
    /// How many questions they stand for.
    package var count = 1

    package init(values: [Double], count: Int = 1) {
        self.values = values
        self.count = count
    }

    /// The value of a measure; nil for a name that is none.
    package subscript(_ name: String) -> Double? {
        Self.names.firstIndex(of: name).map { values[$0] }
    }

    /// The means of several.
    package static func mean(_ all: [EvaluationMeasures]) -> EvaluationMeasures {
        let sums = all.reduce(names.map { _ in 0.0 }) { sums, one in zip(sums, one.values).map(+) }
        return EvaluationMeasures(values: sums.map { $0 / Double(max(1, all.count)) }, count: all.count)
    }
}
