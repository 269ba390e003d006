import MemoryModel

extension Nouns {
    private static let erasureTarget = Representation<ErasureTarget>(
        "ErasedTarget",
        [.word("kind", \.kind), .id("id", \.id)]
    )

    private static let erasedStore = Representation<ErasedStore>(
        "ErasedStore",
        [.text("store", \.store), .optionalID("node", \.node), .integer("erased", \.count), .time("at", \.at)]
    )

    static let erasure = Representation<Erasure>(
        "Erasure",
        [
            .id("id", \.id), .nested("target", erasureTarget, \.target), .word("state", \.state),
            .flag("include_derived", \.includesDerived), .optionalText("requested_by", \.requestedBy),
            .time("created_at", \.createdAt), .optionalTime("rows_erased_at", \.rowsErasedAt),
            .optionalTime("completed_at", \.completedAt), .list("stores", erasedStore, \.stores),
            .optionalText("receipt", \.receipt),
        ]
    )
}
