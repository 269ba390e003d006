import MemoryModel

extension InMemoryTransaction {
    func insertProposals(
        _ proposals: [ItemProposal],
        contentHashes: [[UInt8]]
    ) async throws(StoreError) -> [ItemProposal] {
        for proposal in proposals { _ = try await thread(proposal.threadID) }
        return try write { workspace throws(StoreError) in
            var new: [ItemProposal] = []
            for proposal in proposals {
                let known = workspace.proposals.values
                if known.contains(where: { $0.threadID == proposal.threadID && $0.content == proposal.content }) {
                    continue
                }
                guard workspace.proposals[proposal.id] == nil else {
                    throw StoreError(.alreadyExists, "proposal", field: "id")
                }
                workspace.proposals[proposal.id] = proposal
                new.append(proposal)
            }
            return new
        }
    }

    func proposal(_ id: Identifier<ItemProposal>) async throws(StoreError) -> ItemProposal {
        try read { workspace throws(StoreError) in
            guard let proposal = workspace.proposals[id],
                workspace.threads[proposal.threadID] != nil,
                self.audiences(workspace).contains(proposal.audienceID)
            else { throw StoreError(.notFound, "no such proposal", field: "proposal") }
            return proposal
        }
    }

    func proposals(
        in thread: Identifier<ConversationThread>?,
        state: ProposalState?,
        _ page: PageRequest
    ) async throws(StoreError) -> Page<ItemProposal> {
        try read { workspace in
            let visible = self.audiences(workspace)
            let rows = workspace.proposals.values.filter { proposal in
                visible.contains(proposal.audienceID) && (thread == nil || proposal.threadID == thread)
                    && (state == nil || proposal.state == state) && workspace.threads[proposal.threadID] != nil
            }
            return Self.page(rows.sorted { $0.id > $1.id }, page) { .init(order: 0, id: $0.id) }
        }
    }

    func updateProposal(_ proposal: ItemProposal) async throws(StoreError) {
        _ = try await self.proposal(proposal.id)
        try write { $0.proposals[proposal.id] = proposal }
    }

    func deleteProposals(from message: Message) async throws(StoreError) {
        try write { workspace in
            workspace.proposals = workspace.proposals.filter {
                $0.value.state == .accepted || !$0.value.sourceMessageIDs.contains(message.id)
            }
        }
    }

    func extractionPosition(of thread: Identifier<ConversationThread>) async throws(StoreError) -> Int64 {
        try read { $0.extractionPositions[thread] ?? 0 }
    }

    func setExtractionPosition(
        _ position: Int64,
        of thread: Identifier<ConversationThread>
    ) async throws(StoreError) {
        try write { $0.extractionPositions[thread] = max($0.extractionPositions[thread] ?? 0, position) }
    }

    func extractsAutomatically() async throws(StoreError) -> Bool {
        try read { $0.extractsAutomatically }
    }

    func setExtractsAutomatically(_ isAutomatic: Bool) async throws(StoreError) {
        guard principal.role == .admin else { throw StoreError(.forbidden, "only an admin may do this") }
        try write { $0.extractsAutomatically = isAutomatic }
    }

    func setSummary(_ summary: String, of fork: Identifier<Fork>) async throws(StoreError) -> Bool {
        let known = try await self.fork(fork)
        guard known.status == .resolved, known.summary == nil else { return false }
        try write { $0.forks[fork]?.summary = summary }
        return true
    }
}
