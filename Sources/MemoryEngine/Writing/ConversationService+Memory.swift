public import MemoryModel

extension ConversationService {
    /// Says whether what is said is memory: found by context queries, or not.
    ///
    /// Queries hold to it at once; a job brings the indexes in line, with what was said before.
    /// - Throws: `StoreError`.
    public func setMemory(_ isOn: Bool, in tx: any MemoryTransaction) async throws -> Workspace {
        var workspace = try await tx.workspace()
        guard isOn != workspace.indexesMessages else { return workspace }
        workspace.indexesMessages = isOn
        try await tx.setMessageIndexing(isOn)
        // A key of its own each time: a job that is there may have looked at the setting already.
        let key = "index_messages:set:\(identifiers.next(Job.self))"
        try await tx.enqueue([NewJob(key: key, payload: .indexMessages(after: nil))])
        tx.append([
            NewEvent(
                kind: "workspace.updated",
                subject: "workspace:\(workspace.id)",
                details: ["index_messages": .bool(isOn)]
            )
        ])
        return workspace
    }
}
