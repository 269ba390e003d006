internal import Foundation
internal import MemoryModel

/// Shows a running service at work: imports the sample workspace once, asks for context, searches, and says how to
/// ask again.
package struct SampleRun: Sendable {
    /// The question that is asked; its answer replaced an older one, which must not come back.
    package static let questionID = "q001"
    /// The words that are searched in messages.
    package static let searchWords = "redis sessions"

    private let client: ServiceClient
    private let dataFolder: String
    private let credentialsPath: String
    private let output: @Sendable (String) -> Void
    private let progress: @Sendable (ExchangeProgress) -> Void
    private let isTerminal: Bool
    private let patience: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Makes a run over the files `sample-workspace.jsonl` and `questions.jsonl` of a folder.
    ///
    /// The curl command names the credentials file. `output` takes what people read, `progress` hears of the import and
    /// then of the embedding, matches are bold where the output `isTerminal`, and `patience` bounds the wait for vectors.
    package init(
        client: ServiceClient,
        dataFolder: String = "data",
        credentialsPath: String,
        output: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (ExchangeProgress) -> Void = { _ in },
        isTerminal: Bool = false,
        patience: Duration = .seconds(120),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.client = client
        self.dataFolder = dataFolder
        self.credentialsPath = credentialsPath
        self.output = output
        self.progress = progress
        self.isTerminal = isTerminal
        self.patience = patience
        self.sleep = sleep
    }

    /// Imports where that is not done yet, asks, searches and prints.
    ///
    /// - Parameter check: whether the answers must be right.
    /// - Throws: ``SampleError`` where they are not; ``ExchangeError``, ``ServiceClientError``.
    package func run(check: Bool) async throws {
        let questions = try SampleQuestion.read("\(dataFolder)/questions.jsonl")
        guard let question = questions.first(where: { $0.id == Self.questionID }) ?? questions.first else {
            throw SampleError(.noQuestion, "\(dataFolder)/questions.jsonl has no question")
        }
        try await importOnce()
        try await waitForVectors(question)
        try await ask(question, check: check)
        try await search(check: check)
        output("")
        output("Mneme answers at \(client.url). Ask again:")
        output("")
        output(curlCommand(question))
    }

    private var sampleFile: String { "\(dataFolder)/sample-workspace.jsonl" }

    private func importOnce() async throws {
        guard try await !isImported() else {
            output("The sample workspace is there already.")
            return
        }
        let summary = try await WorkspaceImport(client: client).run(file: sampleFile, progress: progress)
        output("Imported the sample workspace: \(summary.sentence).")
    }

    /// Whether an import reached its end: what the file's last line writes is there, and its forks are ended.
    private func isImported() async throws -> Bool {
        let workspace = try await client.get("/v1/workspace")
        let names = ShortNames(workspaceID: workspace["id"].text ?? "")
        var last: [ShortNames.Noun: String] = [:]
        var reader = try LineReader(path: sampleFile)
        while let bytes = try reader.next() {
            switch try ExchangeLine(parsing: bytes, file: sampleFile, line: reader.number) {
            case .item(let item): last[.item] = item.id
            case .message(let message): last[.message] = message.id
            case .fork(let fork) where fork.status != .active: last[.fork] = fork.id
            default: break
            }
        }
        for (noun, name) in last {
            do throws(ServiceClientError) {
                let found = try await client.get("/v1/\(noun.rawValue)s/\(names.id(name, of: noun))")
                if noun == .fork, found["status"].text == ForkStatus.active.rawValue { return false }
            } catch {
                guard error.problem?.status == 404 else { throw error }
                return false
            }
        }
        return true
    }

    /// Waits until every item has its vector, as long as there is something that makes vectors.
    private func waitForVectors(_ question: SampleQuestion) async throws {
        let clock = ContinuousClock()
        let latest = clock.now + patience
        var first: Int?
        while true {
            let answer = try await client.context(query(question))
            let awaiting = answer.awaitingVectors
            let total = max(first ?? awaiting, awaiting)
            first = total
            if total > 0 {
                progress(ExchangeProgress(done: total - awaiting, total: total, remark: "items embedded"))
            }
            if awaiting == 0 {
                let reasons = answer.degradations
                if !reasons.isEmpty {
                    output("The service answers by words alone (\(reasons.joined(separator: ", "))).")
                }
                return
            }
            guard clock.now < latest else {
                output("\(awaiting) items have no vectors yet; until the worker has made them, words alone find them.")
                return
            }
            try await sleep(.milliseconds(500))
        }
    }

    private func ask(_ question: SampleQuestion, check: Bool) async throws {
        let start = ContinuousClock.now
        let answer = try await client.context(query(question))
        let elapsed = ContinuousClock.now - start
        output("")
        output("Context for: \(question.text)")
        output("")
        output(answer.text)
        output("")
        output("(\(answer.remark); answered in \(elapsed.inMilliseconds) ms)")
        guard check else { return }
        let workspace = try await client.get("/v1/workspace")
        let names = ShortNames(workspaceID: workspace["id"].text ?? "")
        for item in question.items where !answer.itemIDs.contains(names.id(item, of: .item)) {
            throw SampleError(.missingItem, "the pack for \(question.id) lacks the item \(item) that answers it")
        }
    }

    private func search(check: Bool) async throws {
        let parameters = [(name: "q", value: Self.searchWords), (name: "limit", value: "3")]
        let rows = try await client.get("/v1/search/messages", parameters)["messages"].elements ?? []
        output("")
        output("Messages with: \(Self.searchWords)")
        for row in rows {
            let line = FoundLine(row, isBold: isTerminal)
            output("")
            output("  \(line.heading)")
            output("  \(line.text)")
        }
        guard check else { return }
        guard let first = rows.first, first["highlights"].elements?.isEmpty == false else {
            throw SampleError(.missingMessage, "the search for \(Self.searchWords) found no marked message")
        }
    }

    private func query(_ question: SampleQuestion) -> [String: JSONValue] {
        ["query": .string(question.text), "token_budget": .integer(1000)]
    }

    /// The command that asks the question again; the key stays in its file.
    package func curlCommand(_ question: SampleQuestion) -> String {
        let path = credentialsPath.shellQuoted
        let key = #"$(sed -n 's/.*"api_key" *: *"\([^"]*\)".*/\1/p' \#(path))"#
        let text = question.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let body = #"{"query": "\#(text)", "token_budget": 1000}"#
        return """
            curl -s \(client.url)/v1/context \\
              -H "Authorization: Bearer \(key)" \\
              -H 'Content-Type: application/json' \\
              -d \(body.shellQuoted)
            """
    }
}

extension String {
    /// The text as one word of a POSIX shell.
    fileprivate var shellQuoted: String {
        let plain = CharacterSet(charactersIn: "/._-").union(.alphanumerics)
        guard !isEmpty, unicodeScalars.allSatisfy({ plain.contains($0) && $0.isASCII }) else {
            return "'" + replacing("'", with: #"'\''"#) + "'"
        }
        return self
    }
}

extension Duration {
    /// Milliseconds with one digit behind the point.
    fileprivate var inMilliseconds: Double {
        let parts = components
        let milliseconds = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
        return (milliseconds * 10).rounded() / 10
    }
}
