public import MemoryModel
public import PostgresDriver

// How the nouns of the model travel to and from columns.

extension Identifier: PostgresConvertible, PostgresArrayElement {
    /// The same sixteen bytes.
    public init(postgresValue: PostgresUUID) {
        self.init(high: postgresValue.high, low: postgresValue.low)
    }

    /// The same sixteen bytes.
    public var postgresValue: PostgresUUID { PostgresUUID(high: high, low: low) }
}

extension Timestamp: PostgresConvertible, PostgresArrayElement {
    /// The same microseconds.
    public init(postgresValue: PostgresTimestamp) {
        self.init(microseconds: postgresValue.microseconds)
    }

    /// The same microseconds.
    public var postgresValue: PostgresTimestamp { PostgresTimestamp(microseconds: microseconds) }
}

extension Timestamp {
    /// The day in UTC, as usage counts it.
    var day: PostgresDate {
        PostgresDate(days: CalendarDay(of: self).days)
    }
}

extension Role: PostgresEncodable, PostgresDecodable {}
extension AccessScope: PostgresArrayElement {}
extension Tier: PostgresArrayElement {}
extension UsedUp: PostgresArrayElement {}
extension AuditEntry.Kind: PostgresArrayElement {}
extension SpendingLimit.Period: PostgresArrayElement {}
extension AgentStatus: PostgresEncodable, PostgresDecodable {}
extension Audience.Kind: PostgresEncodable, PostgresDecodable {}
extension MemoryCollection.Content: PostgresEncodable, PostgresDecodable {}
extension ThreadStatus: PostgresEncodable, PostgresDecodable {}
extension ForkStatus: PostgresEncodable, PostgresDecodable {}
extension AuthorType: PostgresArrayElement {}
extension ErasureTarget.Kind: PostgresEncodable, PostgresDecodable {}
extension PruneReason: PostgresEncodable, PostgresDecodable {}
extension ItemKind: PostgresArrayElement {}
extension ItemState: PostgresArrayElement {}
extension Trust: PostgresArrayElement {}
extension QuarantineReason: PostgresArrayElement {}
extension ProposalState: PostgresEncodable, PostgresDecodable {}
