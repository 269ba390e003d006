package import MemoryModel

/// Groups what says the same, and marks what probably contradicts another.
package struct PackGrouping: Sendable {
    /// What became of one text.
    package struct Place: Sendable, Hashable {
        /// The earlier text that says the same and stands for this one.
        package var duplicateOf: Int?
        /// Texts that probably contradict it, by their place.
        package var conflicts: [Int] = []
    }

    /// A text with what decides whether it may contradict another.
    package struct Text: Sendable {
        let content: ComparedText
        let hash: [UInt8]
        /// Where it holds; nil for a message, which says what was said and contradicts nothing.
        let scope: ItemScope?

        package init(_ content: String, hash: [UInt8], scope: ItemScope?) {
            self.content = ComparedText(content)
            self.hash = hash
            self.scope = scope
        }
    }

    /// One place a text, in their order.
    package let places: [Place]

    /// Compares texts, best first: the first of a group stands for it.
    package init(_ texts: [Text]) {
        var places = texts.map { _ in Place() }
        var shown: [Int] = []
        for (index, text) in texts.enumerated() {
            var conflicts: [Int] = []
            for other in shown {
                switch Self.relation(texts[other], text) {
                case .unrelated: continue
                case .same: places[index].duplicateOf = other
                case .conflicting: conflicts.append(other)
                }
                if places[index].duplicateOf != nil { break }
            }
            guard places[index].duplicateOf == nil else { continue }
            shown.append(index)
            places[index].conflicts = conflicts
            for other in conflicts { places[other].conflicts.append(index) }
        }
        self.places = places
    }

    private static func relation(_ left: Text, _ right: Text) -> TextRelation {
        if !left.hash.isEmpty, left.hash == right.hash { return .same }
        let relation = TextComparison.relation(left.content, right.content)
        guard relation == .conflicting else { return relation }
        // What holds in one task need not hold in another.
        guard let a = left.scope, let b = right.scope, a == b || a == .global || b == .global else { return .unrelated }
        return .conflicting
    }
}
