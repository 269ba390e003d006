internal import Foundation

/// Measures answers against the labels of a task, as the usual information-retrieval measures are defined.
///
/// - R@k: the part of the relevant documents among the first k.
/// - nDCG@10: binary gains, or the judgements' grades where the task has them.
/// - ctxN: whether every relevant document is among those of the pack of N tokens, each priced as
///   `[time] speaker: text`, taken in order until the next would not fit; without a pack, among the documents found.
package struct EvaluationScorer: Sendable {
    /// What a task's answers are worth.
    package struct Summary: Sendable {
        /// Over all questions that have an answer, those of ``EvaluationTask/leftOut`` apart.
        package var overall: EvaluationMeasures
        /// By category, in the order of their names.
        package var categories: [(name: String, measures: EvaluationMeasures)]
        /// Of the questions with superseded documents, the part that has a relevant one above all of these.
        package var current: Double?
    }

    private let task: EvaluationTask
    private let prices: [String: Int]

    /// Makes a scorer for a task.
    package init(_ task: EvaluationTask) {
        self.task = task
        prices = Dictionary(task.documents.map { ($0.id, $0.price) }) { first, _ in first }
    }

    /// Measures all answers; a question without one counts as nothing found.
    package func summary(of answers: [EvaluationAnswer]) -> Summary {
        let byID = Dictionary(answers.map { ($0.questionID, $0) }) { first, _ in first }
        var groups: [String: [EvaluationMeasures]] = [:]
        var counted: [EvaluationMeasures] = []
        var current: [Double] = []
        for question in task.questions where !question.relevant.isEmpty {
            let answer = byID[question.id] ?? EvaluationAnswer(questionID: question.id, ids: [], contexts: [:])
            let measures = measures(of: answer, to: question)
            groups[question.category, default: []].append(measures)
            if question.category != EvaluationTask.leftOut { counted.append(measures) }
            if !question.superseded.isEmpty { current.append(isCurrent(answer, question) ? 1 : 0) }
        }
        return Summary(
            overall: .mean(counted),
            categories: groups.sorted { $0.key < $1.key }.map { ($0.key, .mean($0.value)) },
            current: current.isEmpty ? nil : current.reduce(0, +) / Double(current.count)
        )
    }

    /// Measures one answer.
    package func measures(of answer: EvaluationAnswer, to question: EvaluationTask.Question) -> EvaluationMeasures {
        var ranks: [String: Int] = [:]
        for (place, id) in answer.ids.prefix(100).enumerated() where question.relevant.contains(id) {
            if ranks[id] == nil { ranks[id] = place + 1 }
        }
        let relevant = Double(question.relevant.count)
        let recall = { (k: Int) in Double(ranks.values.count { $0 <= k }) / relevant }
        let gain = { (id: String) in question.grades.isEmpty ? 1 : question.grades[id] ?? 0 }
        let gains = question.grades.isEmpty ? question.relevant.map { _ in 1.0 } : Array(question.grades.values)
        let ideal = gains.sorted(by: >).prefix(10).enumerated().reduce(0) { sum, entry in
            sum + entry.element / Self.discount(entry.offset + 1)
        }
        let found = ranks.filter { $0.value <= 10 }.reduce(0) { $0 + gain($1.key) / Self.discount($1.value) }
        let contexts = EvaluationMeasures.budgets.map { budget in
            let pack = answer.contexts[String(budget)] ?? []
            let filled = filled(pack.isEmpty ? answer.ids : pack, budget: budget)
            return question.relevant.isSubset(of: filled) ? 1.0 : 0
        }
        return EvaluationMeasures(values: [recall(5), recall(10), ideal > 0 ? found / ideal : 0] + contexts)
    }

    /// What of a list fits a budget, until the next would not.
    private func filled(_ order: [String], budget: Int) -> Set<String> {
        var used = 0
        var taken: Set<String> = []
        for id in order where !taken.contains(id) {
            used += prices[id] ?? 0
            guard used <= budget else { break }
            taken.insert(id)
        }
        return taken
    }

    private func isCurrent(_ answer: EvaluationAnswer, _ question: EvaluationTask.Question) -> Bool {
        guard let best = answer.ids.firstIndex(where: question.relevant.contains) else { return false }
        return best < answer.ids.firstIndex(where: question.superseded.contains) ?? .max
    }

    private static func discount(_ rank: Int) -> Double { log2(Double(rank + 1)) }
}
