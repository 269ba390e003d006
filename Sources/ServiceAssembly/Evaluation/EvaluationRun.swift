internal import Foundation
internal import MemoryModel

/// Asks a service every question of a task, through its HTTP API.
package struct EvaluationRun: Sendable {
    /// How many questions are asked side by side.
    private static let width = 2

    private let client: ServiceClient
    private let task: EvaluationTask
    private let folder: String
    private let patience: Duration

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - client: The service, with a key that manages a workspace and acts for nobody.
    ///   - task: The task.
    ///   - folder: Where it was read, for messages.
    ///   - patience: How long to wait for vectors.
    package init(client: ServiceClient, task: EvaluationTask, folder: String, patience: Duration = .seconds(1800)) {
        self.client = client
        self.task = task
        self.folder = folder
        self.patience = patience
    }

    /// Loads the task, waits until the service has taken it in, and asks.
    ///
    /// - Parameter progress: Hears of each part, from 0 to its end.
    /// - Returns: The answers, in the order of the questions.
    /// - Throws: ``ExchangeError``, ``ServiceClientError``.
    package func run(
        progress: @escaping @Sendable (ExchangeProgress) -> Void = { _ in }
    ) async throws -> [EvaluationAnswer] {
        let workspace = try await client.get("/v1/workspace")
        guard let workspaceID = workspace["id"].text else {
            throw ServiceClientError(.malformedAnswer, "the workspace has no id")
        }
        let names = ShortNames(workspaceID: workspaceID)
        try await EvaluationLoading(client: client, task: task, folder: folder, names: names).load(progress: progress)
        try await waitUntilIndexed(progress)
        let limits = try await limits(names)
        let documents = Dictionary(
            task.documents.map { (names.id($0.id, of: $0.kind.noun), $0.id) },
            uniquingKeysWith: { first, _ in first }
        )
        var answers: [EvaluationAnswer?] = task.questions.map { _ in nil }
        try await withThrowingTaskGroup(of: (Int, EvaluationAnswer).self) { group in
            var next = 0
            var done = 0
            while done < task.questions.count {
                while next < task.questions.count, next < done + Self.width {
                    let place = next
                    group.addTask {
                        (place, try await ask(task.questions[place], limits: limits, documents: documents))
                    }
                    next += 1
                }
                guard let (place, answer) = try await group.next() else { break }
                answers[place] = answer
                done += 1
                let total = task.questions.count
                progress(ExchangeProgress(done: done, total: total, remark: "\(done) of \(total) questions"))
            }
        }
        return answers.compactMap(\.self)
    }

    /// Waits until every text has its vectors, as long as there is something that makes vectors.
    private func waitUntilIndexed(_ progress: @Sendable (ExchangeProgress) -> Void) async throws {
        let clock = ContinuousClock()
        let latest = clock.now + patience
        var first: Int?
        while true {
            let answer = try await client.context(["query": .string("?"), "token_budget": .integer(1)])
            let awaiting = answer.awaitingVectors
            guard awaiting > 0 else { return }
            let total = max(first ?? awaiting, awaiting)
            first = total
            progress(ExchangeProgress(done: total - awaiting, total: total, remark: "texts embedded"))
            guard clock.now < latest else {
                throw ServiceClientError(.interrupted, "\(awaiting) texts have no vectors yet; run it again to go on")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What limits a question to its conversation, by conversation: the collection of its items, and of the messages
    /// those in its channels.
    private func limits(_ names: ShortNames) async throws -> [String: [String: JSONValue]] {
        var collections: [String: [JSONValue]] = [:]
        var channels: [String: [JSONValue]] = [:]
        var seen: Set<String> = []
        let messages = try await messageCollections()
        for document in task.documents {
            let conversation = document.conversation
            switch document.kind {
            case .item:
                let name = EvaluationLoading.collectionName(of: conversation)
                guard seen.insert("collection \(name)").inserted else { continue }
                collections[conversation, default: []].append(.string(names.id(name, of: .collection)))
            case .message:
                if seen.insert("messages of \(conversation)").inserted {
                    collections[conversation, default: []] += messages
                }
                let name = EvaluationLoading.channelName(of: document)
                guard seen.insert("channel \(name)").inserted else { continue }
                channels[conversation, default: []].append(.string(names.id(name, of: .channel)))
            }
        }
        return collections.reduce(into: [:]) { limits, entry in
            limits[entry.key] = ["collection_ids": .array(entry.value)]
            if let channels = channels[entry.key] {
                limits[entry.key]?["message_filter"] = .object(["channel_ids": .array(channels)])
            }
        }
    }

    /// The ids of the collections that messages are in.
    private func messageCollections() async throws -> [JSONValue] {
        var found: [JSONValue] = []
        try await client.pages("/v1/collections", rows: "collections") { collections in
            found += collections.filter { $0["content"].text == "messages" }.map { $0["id"] }
        }
        return found
    }

    private func ask(
        _ question: EvaluationTask.Question,
        limits: [String: [String: JSONValue]],
        documents: [String: String]
    ) async throws -> EvaluationAnswer {
        var body: [String: JSONValue] = [
            "query": .string(question.text), "tokenizer": .string("chars4"), "recent_messages": .integer(0),
        ]
        if let conversation = question.conversation { body.merge(limits[conversation] ?? [:]) { $1 } }
        var answer = EvaluationAnswer(questionID: question.id, ids: [], contexts: [:])
        for budget in EvaluationMeasures.budgets {
            body["token_budget"] = .integer(Int64(budget))
            let pack = try await client.context(body).json
            let shown = pack["entries"].elements ?? []
            answer.contexts[String(budget)] = Self.ranked(shown).compactMap { documents[$0] }
            // The largest budget comes last; the order is the same under each.
            answer.ids = Self.ranked(shown + (pack["dropped"].elements ?? [])).compactMap { documents[$0] }
            answer.milliseconds = pack["timings_ms"]["total"].double
            answer.signals = Self.signals(of: shown + (pack["dropped"].elements ?? []), documents)
        }
        return answer
    }

    /// The signals of what was found in use, by the ids of the task.
    private static func signals(
        of candidates: [JSONValue],
        _ documents: [String: String]
    ) -> [String: [String: Double]] {
        candidates.filter(isFound).reduce(into: [:]) { signals, candidate in
            guard let id = id(of: candidate).flatMap({ documents[$0] }), case .object(let scores) = candidate["scores"]
            else { return }
            signals[id] = scores.compactMapValues(\.double)
        }
    }

    /// The ids of entries and drops, best first; what is not in use at the time was not found.
    private static func ranked(_ candidates: [JSONValue]) -> [String] {
        let found = candidates.filter(isFound)
        let scores = found.map { $0["scores"]["final"].double ?? 0 }
        return found.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
            .compactMap { id(of: found[$0]) }
    }

    private static func isFound(_ candidate: JSONValue) -> Bool {
        let unused: Set<String> = ["superseded", "expired", "quarantined", "filtered", "stale"]
        return candidate["section"].text != "recent_thread" && !unused.contains(candidate["outcome"].text ?? "")
    }

    private static func id(of candidate: JSONValue) -> String? {
        candidate["item"]["id"].text ?? candidate["message"]["id"].text ?? candidate["item_id"].text
            ?? candidate["message_id"].text
    }
}

/// A line of the file of signals.
private struct SignalsLine: Encodable {
    let queryID: String
    let signals: [String: [String: Double]]

    private enum CodingKeys: String, CodingKey {
        case queryID = "query_id"
        case signals
    }
}

extension [EvaluationAnswer] {
    /// The signals of every answer, for fitting their weights: one line of JSON a question.
    package var signalsFile: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try map { answer in
                let line = SignalsLine(queryID: answer.questionID, signals: answer.signals)
                return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
            }.joined()
        }
    }
}

extension [EvaluationAnswer] {
    /// The run file: one line of JSON an answer.
    package var runFile: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
        }
    }
}
