/// Decides whether a slot may be a result.
///
/// Used as a generic parameter, so that each form is compiled into the loop that asks.
protocol SlotFilter {
    func accepts(_ slot: UInt32) -> Bool
}

/// Every slot, removed ones too: how the writer looks for neighbours.
struct EverySlot: SlotFilter {
    @inline(__always)
    func accepts(_ slot: UInt32) -> Bool { true }
}

/// Slots not marked as removed.
@safe
struct LiveSlots: SlotFilter {
    let store: VectorStore.UnsafeHandle

    @inline(__always)
    func accepts(_ slot: UInt32) -> Bool { unsafe store.isLive(slot) }
}

/// Live slots whose key a filter allows.
@safe
struct LiveMatches: SlotFilter {
    let store: VectorStore.UnsafeHandle
    let filter: KeyFilter

    @inline(__always)
    func accepts(_ slot: UInt32) -> Bool {
        unsafe store.isLive(slot) && filter.allows(store.id(slot).key)
    }
}

/// Slots of a set that covers every slot a search sees, removed ones too.
@safe
struct Members: SlotFilter {
    let slots: SlotSet.UnsafeHandle

    @inline(__always)
    func accepts(_ slot: UInt32) -> Bool { unsafe slots.contains(slot) }
}
