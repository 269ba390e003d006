import MemoryEngine
import MemoryModel

extension Nouns {
    static let retention = Representation<RetentionPolicy>(
        "RetentionPolicy",
        [
            .optionalInteger("max_age_days") { $0.maximumAge.map(days) },
            .optionalInteger("max_count") { $0.maximumCount.map(Int64.init) },
            .optionalInteger("max_unused_days") { $0.maximumUnused.map(days) },
            Property("min_importance", Schema.number.nullable) { policy, writer in
                if let importance = policy.minimumImportance { writer.number(importance) } else { writer.null() }
            },
            .integer("min_importance_days") { days($0.importanceAge) },
            .integer("undo_days") { days($0.undoWindow) },
        ]
    )

    private static let prunableItem = Representation<PrunableItem>(
        "PrunedItem",
        [.id("item_id", \.id), .integer("version") { Int64($0.version) }, .word("reason", \.reason)]
    )

    private static let pruneCounts = Representation<[PruneReason: Int]>(
        "PruneCounts",
        PruneReason.allCases.map { reason in .integer(reason.rawValue) { Int64($0[reason] ?? 0) } }
    )

    static let pruning = Representation<PruneOutcome>(
        "PruneOutcome",
        [
            .list("items", prunableItem, \.items), .nested("due", pruneCounts, \.counts),
            .flag("dry_run", \.isDryRun), .optionalTime("final_at", \.finalAt),
        ]
    )

    static let restored = Representation<[Identifier<ContextItem>]>(
        "RestoredItems",
        [.texts("item_ids") { $0.map(\.description) }]
    )

    private static func days(_ duration: Duration) -> Int64 { duration.components.seconds / 86_400 }
}
