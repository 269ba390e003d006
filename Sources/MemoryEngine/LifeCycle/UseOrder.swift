/// Who was used when: a list from the one that was longest without use to the one that was used last.
package struct UseOrder<ID: Hashable & Sendable>: Sendable {
    private struct Place {
        var older: ID?
        var newer: ID?
    }

    private var places: [ID: Place] = [:]
    /// The one that was longest without use.
    package private(set) var oldest: ID?
    private var newest: ID?

    /// An empty order.
    package init() {}

    /// The one that was used next after another; nil after the last.
    package func next(after id: ID) -> ID? { places[id]?.newer }

    /// Notes a use.
    package mutating func use(_ id: ID) {
        guard newest != id else { return }
        remove(id)
        places[id] = Place(older: newest, newer: nil)
        if let newest { places[newest]?.newer = id } else { oldest = id }
        newest = id
    }

    /// Forgets one, where it is known.
    package mutating func remove(_ id: ID) {
        guard let place = places.removeValue(forKey: id) else { return }
        if let older = place.older { places[older]?.newer = place.newer } else { oldest = place.newer }
        if let newer = place.newer { places[newer]?.older = place.older } else { newest = place.older }
    }
}
