/// What was done, inside a transaction.
public protocol AuditStore: Sendable {
    /// Collects what was done; the closing step writes it with the transaction's own effects.
    func audit(_ entry: NewAuditEntry)
    /// Lines of the audit, newest first; admins alone see any.
    func auditEntries(_ filter: AuditFilter, _ page: PageRequest) async throws(StoreError) -> Page<AuditEntry>
}
