import Testing
import VectorSearch

struct SlotSetTests {
    /// Keys in no order, some with parts, some replaced.
    private static func index(_ numbers: inout SeededNumbers, count: Int) throws -> VectorIndex {
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 3))
        try add(count, to: index, &numbers)
        return index
    }

    private static func add(_ count: Int, to index: VectorIndex, _ numbers: inout SeededNumbers) throws {
        try index.insert(
            (0..<count).map { _ in
                VectorEntry(
                    key: UInt64.random(in: 0..<2_000, using: &numbers) * 3,
                    part: UInt8.random(in: 0..<2, using: &numbers),
                    vector: (0..<3).map { _ in numbers.normal() }
                )
            }
        )
    }

    @Test(arguments: [0, 1, 5, 40, 700, 2_000])
    func aFilterKeptOverManySearchesSeesWhatIsInsertedAndRemovedBetween(keys: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(keys))
        let allowed = Set((0..<UInt64(2_000)).shuffled(using: &numbers).prefix(keys).map { $0 * 3 })
        let filters = [
            KeyFilter.keys(allowed), .keys(allowed.union([1 << 50])),
            .matching(estimatedCount: keys) { allowed.contains($0) },
        ]
        let index = try Self.index(&numbers, count: 1_500)
        let other = try Self.index(&numbers, count: 900)
        try other.buildGraph()
        for step in 0..<8 {
            for index in [index, other] {
                let present = allowed.filter { index.contains(key: $0) }
                for filter in filters {
                    for route in [SearchRoute.automatic, .exact, .graph] {
                        let found = try index.search([1, 0, 0], k: 3_000, filter: filter, route: route)
                        #expect(Set(found.map(\.key)) == present)
                        #expect(found.count == present.count)
                    }
                }
            }
            if step == 3 { try index.buildGraph() }
            if step == 5 { try index.compact() }
            try Self.add(70, to: index, &numbers)
            try Self.add(1, to: other, &numbers)
            index.remove(keys: (0..<30).map { _ in UInt64.random(in: 0..<2_000, using: &numbers) * 3 })
        }
    }
}
