internal import MemoryModel

/// Looks through a thread for what is worth keeping, and writes it down as proposals.
///
/// It reads from where it was left, asks the chat model outside any transaction, and writes proposals, position and the
/// job's completion in one transaction. The same text is proposed once a thread: doing it twice has the effect of doing
/// it once.
struct ExtractionTask: Sendable {
    /// Messages of one job.
    private static let page = 500

    let store: any MemoryStore
    let chat: any ChatProvider
    let prices: PriceList
    let identifiers: IdentifierGenerator
    let configuration: DerivationConfiguration

    /// Looks through what is new in a thread.
    ///
    /// - Throws: `ChatError`, `StoreError` or ``AllowanceUsedUp``: the job is to be tried again.
    func run(_ job: ClaimedJob, thread id: Identifier<ConversationThread>) async throws {
        let principal = Principal.worker(in: job.workspaceID)
        let read = try await store.withTransaction(as: principal, .reading()) { tx -> Read? in
            guard let thread = try await known({ try await tx.thread(id) }) else { return nil }
            let position = try await tx.extractionPosition(of: id)
            let page = try await tx.messages(
                thread: id,
                fork: nil,
                PageRequest(after: PagePosition(order: position, id: Identifier<Message>.greatest), limit: Self.page)
            )
            return Read(thread: thread, messages: page.rows, isLast: page.next == nil)
        }.value
        guard let read, !read.messages.isEmpty else {
            _ = try await store.withTransaction(as: principal, .writing()) { tx in try await tx.completeJob(job) }
            return
        }
        // A thread is the workspace's: nobody alone has asked for it.
        let subject = UsageSubject(workspaceID: job.workspaceID)
        let meter = CallMeter(store: store, prices: prices, job: job, subject: subject)
        let found = try await look(through: read, meter)
        _ = try await store.withTransaction(as: principal, .writing()) { tx in
            // First, so that a lost lease costs nothing.
            try await tx.completeJob(job)
            guard try await known({ try await tx.thread(id) }) != nil else { return }
            // A source may have been deleted meanwhile, and then nothing is made of it.
            var proposals: [ItemProposal] = []
            for proposal in found.proposals {
                var isThere = true
                for source in proposal.sourceMessageIDs where isThere {
                    isThere = try await known { try await tx.message(source) }?.threadID == id
                }
                if isThere { proposals.append(proposal) }
            }
            let new = try await tx.insertProposals(
                proposals,
                contentHashes: proposals.map { ContentHash.of($0.content) }
            )
            try await tx.setExtractionPosition(found.position, of: id)
            if !found.isLast { try await tx.enqueue([DerivationService.extraction(of: id)]) }
            tx.append([
                NewEvent(
                    kind: "thread.extracted",
                    subject: "thread:\(id)",
                    details: [
                        "proposals": .integer(Int64(new.count)), "skipped_parts": .integer(Int64(found.skipped)),
                    ]
                )
            ])
        }
    }

    private struct Read: Sendable {
        let thread: ConversationThread
        let messages: [Message]
        let isLast: Bool
    }

    /// What was found, and how far.
    private struct Found: Sendable {
        var proposals: [ItemProposal] = []
        var position: Int64 = 0
        var isLast = false
        /// Parts that the model gave no usable answer to.
        var skipped = 0
    }

    private func look(through read: Read, _ meter: CallMeter) async throws -> Found {
        var found = Found()
        let parts = Transcript(read.messages).parts(characters: configuration.requestCharacters)
        var done = 0
        for part in parts.prefix(configuration.partsPerJob) {
            try Task.checkCancellation()
            do {
                found.proposals += try await ask(about: part, of: read.thread, meter)
            } catch let error as ChatError {
                switch error.code {
                case .cancelled, .unavailable, .deadlineExceeded, .refused: throw error
                // Another try costs as much and brings as little.
                case .invalidInput, .declined, .truncated, .invalidAnswer: found.skipped += 1
                }
            } catch let error as AllowanceUsedUp {
                // What is paid for is kept; the rest waits.
                guard done > 0 else { throw error }
                break
            }
            done += 1
        }
        let isWhole = done == parts.count
        let seen = isWhole ? read.messages.last : parts.prefix(done).last?.lines.last?.message
        found.position = seen?.position ?? read.messages.last?.position ?? 0
        found.isLast = isWhole && read.isLast
        return found
    }

    /// Asks, and once more where the answer does not follow the schema.
    private func ask(
        about part: Transcript,
        of thread: ConversationThread,
        _ meter: CallMeter
    ) async throws -> [ItemProposal] {
        var request = ExtractionPrompt.request(for: part, title: thread.title, configuration: configuration)
        for attempt in 1...2 {
            let answer = try await meter.answer(request, by: chat, timeout: configuration.callTimeout)
            switch ExtractionPrompt.read(answer.json, lines: part.lines.count, configuration: configuration) {
            case .success(let candidates):
                return candidates.map { proposal($0, part: part, thread: thread) }
            case .failure(let fault):
                guard attempt == 1 else { break }
                request.turns += [
                    ChatTurn(.assistant, answer.text.isEmpty ? "{}" : answer.text),
                    ChatTurn(.user, "That does not follow the schema: \(fault.message). Answer again."),
                ]
            }
        }
        throw ChatError(.invalidAnswer, "the model's answer does not follow the schema")
    }

    private func proposal(
        _ candidate: ExtractionPrompt.Candidate,
        part: Transcript,
        thread: ConversationThread
    ) -> ItemProposal {
        let sources = candidate.sources.map { part.lines[$0 - 1].message }
        return ItemProposal(
            id: identifiers.next(),
            threadID: thread.id,
            channelID: thread.channelID,
            audienceID: thread.audienceID,
            content: candidate.content,
            kind: candidate.kind,
            confidence: candidate.confidence,
            trust: Transcript.trust(of: sources),
            sourceMessageIDs: sources.map(\.id),
            method: chat.model,
            createdAt: sources.last?.createdAt ?? thread.createdAt
        )
    }
}

extension Identifier {
    /// Behind every other id, for pages that begin behind a position.
    static var greatest: Identifier { Identifier(high: .max, low: .max) }
}
