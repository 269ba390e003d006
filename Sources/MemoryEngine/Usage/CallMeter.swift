internal import MemoryModel

/// Makes the provider calls of one job, and counts each: held before it, settled after it.
///
/// A call is made only where no quota and no limit of spending is used up. It is settled whatever comes of the job: a
/// lost lease undoes the job's effects, but not what the provider has counted.
struct CallMeter: Sendable {
    let store: any MemoryStore
    let provider: any EmbeddingProvider
    let prices: PriceList
    let job: ClaimedJob
    let subject: UsageSubject

    /// Embeds texts in one call.
    ///
    /// - Throws: ``AllowanceUsedUp`` where the call may not be made, `EmbeddingError`, `StoreError`.
    func embed(_ texts: [String], timeout: Duration) async throws -> EmbeddingResult {
        let estimate = texts.reduce(0) { $0 + Self.tokens(atMostIn: $1) }
        let hold = UsageHold(
            job: job,
            subject: subject,
            provider: provider.profile.provider,
            model: provider.profile.model,
            texts: Int64(texts.count),
            tokens: estimate,
            cost: cost(estimate),
            // Settling may have to wait for a connection.
            lifetime: timeout + .seconds(60)
        )
        let principal = Principal.worker(in: subject.workspaceID)
        let outcome = try await store.withTransaction(as: principal, .writing()) { tx in
            try await tx.holdUsage(hold)
        }.value
        switch outcome {
        case .refused(let what): throw AllowanceUsedUp(what: what)
        case .held(let id):
            do throws(EmbeddingError) {
                let deadline = ContinuousClock.now + timeout
                let result = try await provider.embed(texts, purpose: .document, deadline: deadline)
                await settle(id, as: result.usage)
                return result
            } catch {
                await settle(id, as: error.usage)
                throw error
            }
        }
    }

    /// Settles a call also where the job is being cancelled; where the database cannot be reached, the call stays held,
    /// and is counted by its estimate in the end.
    private func settle(_ id: Identifier<UsageHold>, as usage: EmbeddingUsage) async {
        let principal = Principal.worker(in: subject.workspaceID)
        let cost = cost(usage.tokens)
        let store = store
        await Task {
            _ = try? await store.withTransaction(as: principal, .writing()) { tx in
                try await tx.settleUsage(id, as: usage, cost: cost)
            }
        }.value
    }

    private func cost(_ tokens: Int64) -> Int64 {
        prices.cost(ofTokens: tokens, provider: provider.profile.provider, model: provider.profile.model)
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
