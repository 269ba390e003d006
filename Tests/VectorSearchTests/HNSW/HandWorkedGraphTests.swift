import Testing
import VectorSearch

/// A graph small enough to be worked by hand, and small sets in every order of insertion.
struct HandWorkedGraphTests {
    /// Eight points on a line, in the order of insertion, and the bottom links that follow with two links a node (four at most).
    ///
    /// ```
    ///  slot   0   1   2   3   4   5   6   7
    ///  at     0  10  20  30  40  50  60  25
    /// ```
    ///
    /// Slots 0...6 take the two nearest of those before them: the second is nearer to the first than to the newcomer and fills the
    /// place left over. Slot 7 lies between 2 and 3 and takes both. Slot 2 had 1, 0, 3, 4: it takes 7 (at 25 from it, squared),
    /// 1 (other side), passes over 3 (nearer to 7), 0 (nearer to 1) and 4 (nearer to 7), and fills up with 3 and 0. Slot 3 had
    /// 2, 1, 4, 5: it takes 7 and 4, and fills up with 2 and 1.
    private static let places: [Float] = [0, 10, 20, 30, 40, 50, 60, 25]
    private static let links: [[UInt32]] = [
        [1, 2], [0, 2, 3], [7, 1, 3, 0], [7, 4, 2, 1], [3, 2, 5, 6], [4, 3, 6], [5, 4], [2, 3],
    ]

    @Test func eightPointsAreLinkedAsWorkedByHand() throws {
        // A seed that leaves all eight on the bottom level.
        let seed = try #require(
            (UInt64(0)..<100_000).first { seed in
                let levels = LevelGenerator(GraphParameters(maximumLinks: 2, seed: seed))
                return (0..<UInt32(8)).allSatisfy { levels.level(of: $0) == 0 }
            }
        )
        let parameters = GraphParameters(maximumLinks: 2, constructionEffort: 20, seed: seed)
        let index = try VectorIndex(
            VectorIndexConfiguration(dimension: 1, metric: .euclidean, graph: parameters, codes: .none)
        )
        try index.buildGraph()
        for (key, place) in Self.places.enumerated() { try index.insert([place], key: UInt64(key)) }
        #expect(try Self.bottomLinks(of: index, maximumLinks: 2) == Self.links)
        #expect(try index.search([27], k: 3, route: .graph).map(\.key) == [7, 3, 2])
    }

    /// Reads the lists out of a snapshot, by what docs/snapshot-format.md says.
    private static func bottomLinks(of index: VectorIndex, maximumLinks: Int) throws -> [[UInt32]] {
        let folder = MemoryFolder()
        let writer = try SnapshotWriter(folder, identity: .sample)
        try index.save(to: writer)
        try writer.commit()
        let bytes = try SnapshotReader(folder).read(segment: "graph")
        func number(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
        }
        let slotCount = Int(number(0))
        return (0..<slotCount).map { slot in
            let list = 64 + slotCount * 8 + slot * 2 * maximumLinks * 4
            return (0..<2 * maximumLinks).map { number(list + $0 * 4) }.prefix { $0 != 0 }.map { $0 - 1 }
        }
    }

    /// Every order of five points, then every way to remove some of them: walks find what is left, in its order.
    @Test(arguments: Metric.allCases)
    func everyOrderAndEveryRemovalOfFivePointsIsFoundWhole(metric: Metric) throws {
        let points: [[Float]] = [[1, 0], [0.8, 0.6], [0, 2], [-1, 0.5], [0.7, -0.7]]
        let parameters = GraphParameters(maximumLinks: 2, constructionEffort: 5)
        let configuration = VectorIndexConfiguration(dimension: 2, metric: metric, graph: parameters)
        for order in Self.orders(of: Array(points.indices)) {
            for removed in 0..<32 where order.first == removed % 5 {
                let index = try VectorIndex(configuration)
                try index.buildGraph()
                for point in order { try index.insert(points[point], key: UInt64(point)) }
                index.remove(keys: (0..<UInt64(5)).filter { removed >> Int($0) & 1 == 1 })
                if removed % 2 == 0 { try index.compact() }
                for query in points {
                    let truth = try index.search(query, k: 5, route: .exact)
                    #expect(try index.search(query, k: 5, route: .graph).map(\.key) == truth.map(\.key))
                }
                #expect(index.checkInvariants().violations.isEmpty)
            }
        }
    }

    private static func orders(of items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }
}
