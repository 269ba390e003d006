internal import MemoryModel

/// Makes the provider calls of one job, and counts each: held before it, settled after it.
///
/// A call is made only where no quota and no limit of spending is used up. It is settled whatever comes of the job: a
/// lost lease undoes the job's effects, but not what the provider has counted.
struct CallMeter: Sendable {
    let store: any MemoryStore
    let prices: PriceList
    let job: ClaimedJob
    let subject: UsageSubject

    /// Embeds documents in one call.
    ///
    /// - Throws: ``AllowanceUsedUp`` where the call may not be made, `EmbeddingError`, `StoreError`.
    func embed(
        _ texts: [String],
        by provider: any EmbeddingProvider,
        timeout: Duration
    ) async throws -> EmbeddingResult {
        let call = Call(provider: provider.profile.provider, model: provider.profile.model)
        let tokens = texts.reduce(0) { $0 + Self.tokens(atMostIn: $1) }
        let id = try await hold(call, texts: Int64(texts.count), tokens: tokens, timeout: timeout)
        do throws(EmbeddingError) {
            let result = try await provider.embed(texts, purpose: .document, deadline: .now + timeout)
            await settle(id, of: call, as: result.usage)
            return result
        } catch {
            await settle(id, of: call, as: error.usage)
            throw error
        }
    }

    /// Asks a chat model in one call.
    ///
    /// - Throws: ``AllowanceUsedUp`` where the call may not be made, `ChatError`, `StoreError`.
    func answer(
        _ request: ChatRequest,
        by chat: any ChatProvider,
        timeout: Duration
    ) async throws -> ChatAnswer {
        let call = Call(provider: chat.name, model: chat.model)
        let tokens = Self.tokens(atMostIn: request) + Int64(request.answerTokens)
        let id = try await hold(call, texts: 0, tokens: tokens, timeout: timeout)
        do throws(ChatError) {
            let answer = try await chat.answer(request, deadline: .now + timeout)
            await settle(id, of: call, as: answer.usage)
            return answer
        } catch {
            await settle(id, of: call, as: error.usage)
            throw error
        }
    }

    /// Whom a call goes to.
    private struct Call: Sendable {
        let provider: String
        let model: String

        func cost(_ tokens: Int64, _ prices: PriceList) -> Int64 {
            prices.cost(ofTokens: tokens, provider: provider, model: model)
        }
    }

    private func hold(
        _ call: Call,
        texts: Int64,
        tokens: Int64,
        timeout: Duration
    ) async throws -> Identifier<UsageHold> {
        let hold = UsageHold(
            job: job,
            subject: subject,
            provider: call.provider,
            model: call.model,
            texts: texts,
            tokens: tokens,
            cost: call.cost(tokens, prices),
            // Settling may have to wait for a connection.
            lifetime: timeout + .seconds(60)
        )
        let principal = Principal.worker(in: subject.workspaceID)
        let outcome = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.holdUsage(hold)
        }.value
        switch outcome {
        case .refused(let what): throw AllowanceUsedUp(what: what)
        case .held(let id): return id
        }
    }

    /// Settles a call also where the job is being cancelled; where the database cannot be reached, the call stays held,
    /// and is counted by its estimate in the end.
    private func settle(_ id: Identifier<UsageHold>, of call: Call, as usage: ProviderUsage) async {
        let principal = Principal.worker(in: subject.workspaceID)
        let cost = call.cost(usage.tokens, prices)
        let store = store
        await Task {
            _ = try? await store.withTransaction(as: principal, .writing()) { tx in
                try await tx.settleUsage(id, as: usage, cost: cost)
            }
        }.value
    }

    private static func tokens(atMostIn request: ChatRequest) -> Int64 {
        // A turn's role, and the marks around it, are some tokens more.
        let turns = request.turns.reduce(0) { $0 + tokens(atMostIn: $1.text) + 8 }
        let schema = request.schema.map { Int64(length(of: $0.schema) / 2) + tokens(atMostIn: $0.name) } ?? 0
        return tokens(atMostIn: request.instructions) + turns + schema
    }

    /// About how many bytes a value takes as JSON.
    private static func length(of value: JSONValue) -> Int {
        switch value {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 3
        case .array(let elements): elements.reduce(2) { $0 + length(of: $1) }
        case .object(let members): members.reduce(2) { $0 + $1.key.utf8.count + 4 + length(of: $1.value) }
        }
    }

    /// Tokenizers make no more tokens of a text than it has bytes; of most texts, one of two bytes at most.
    private static func tokens(atMostIn text: String) -> Int64 {
        Int64(text.utf8.count / 2 + 2)
    }
}

/// A call was not made, because something is used up.
struct AllowanceUsedUp: Error, Hashable {
    let what: UsedUp
}
