/// One step of the schema, and the way back.
package struct Migration: Sendable {
    /// Its place: ascending, gaps allowed, since branches number their steps apart.
    package let version: Int32
    /// What it brings.
    package let name: String
    /// SQL that makes the step.
    package let up: [UInt8]
    /// SQL that takes it back, for development: data go with it.
    package let down: [UInt8]

    /// All steps of this binary, in order.
    package static let all = [
        Migration(
            version: 1,
            name: "identity",
            up: PackageResources._001_identity_up_sql,
            down: PackageResources._001_identity_down_sql
        ),
        Migration(
            version: 2,
            name: "conversation",
            up: PackageResources._002_conversation_up_sql,
            down: PackageResources._002_conversation_down_sql
        ),
        Migration(
            version: 3,
            name: "memory",
            up: PackageResources._003_memory_up_sql,
            down: PackageResources._003_memory_down_sql
        ),
        Migration(
            version: 4,
            name: "work",
            up: PackageResources._004_work_up_sql,
            down: PackageResources._004_work_down_sql
        ),
        Migration(
            version: 5,
            name: "feed",
            up: PackageResources._005_feed_up_sql,
            down: PackageResources._005_feed_down_sql
        ),
        Migration(
            version: 6,
            name: "search",
            up: PackageResources._006_search_up_sql,
            down: PackageResources._006_search_down_sql
        ),
        Migration(
            version: 10,
            name: "external_identities",
            up: PackageResources._010_external_identities_up_sql,
            down: PackageResources._010_external_identities_down_sql
        ),
        Migration(
            version: 15,
            name: "limits",
            up: PackageResources._015_limits_up_sql,
            down: PackageResources._015_limits_down_sql
        ),
        Migration(
            version: 16,
            name: "usage",
            up: PackageResources._016_usage_up_sql,
            down: PackageResources._016_usage_down_sql
        ),
        Migration(
            version: 17,
            name: "counts",
            up: PackageResources._017_counts_up_sql,
            down: PackageResources._017_counts_down_sql
        ),
        Migration(
            version: 18,
            name: "audit",
            up: PackageResources._018_audit_up_sql,
            down: PackageResources._018_audit_down_sql
        ),
        Migration(
            version: 20,
            name: "erasure",
            up: PackageResources._020_erasure_up_sql,
            down: PackageResources._020_erasure_down_sql
        ),
        Migration(
            version: 21,
            name: "quarantine",
            up: PackageResources._021_quarantine_up_sql,
            down: PackageResources._021_quarantine_down_sql
        ),
        Migration(
            version: 22,
            name: "retention",
            up: PackageResources._022_retention_up_sql,
            down: PackageResources._022_retention_down_sql
        ),
        Migration(
            version: 25,
            name: "message_attributes",
            up: PackageResources._025_message_attributes_up_sql,
            down: PackageResources._025_message_attributes_down_sql
        ),
        Migration(
            version: 26,
            name: "message_memory",
            up: PackageResources._026_message_memory_up_sql,
            down: PackageResources._026_message_memory_down_sql
        ),
        Migration(
            version: 30,
            name: "feedback",
            up: PackageResources._030_feedback_up_sql,
            down: PackageResources._030_feedback_down_sql
        ),
        Migration(
            version: 31,
            name: "proposals",
            up: PackageResources._031_proposals_up_sql,
            down: PackageResources._031_proposals_down_sql
        ),
        Migration(
            version: 34,
            name: "chat_holds",
            up: PackageResources._034_chat_holds_up_sql,
            down: PackageResources._034_chat_holds_down_sql
        ),
        Migration(
            version: 35,
            name: "group_deletion",
            up: PackageResources._035_group_deletion_up_sql,
            down: PackageResources._035_group_deletion_down_sql
        ),
        Migration(
            version: 36,
            name: "record_retention",
            up: PackageResources._036_record_retention_up_sql,
            down: PackageResources._036_record_retention_down_sql
        ),
    ]
}
