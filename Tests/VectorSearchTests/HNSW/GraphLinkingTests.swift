import Testing
import VectorSearch

struct GraphLinkingTests {
    /// A walk keeps a mark for each slot below its limit: with a limit far above the slots a build on two threads took gigabytes.
    @Test func aThreadsWalkMeetsTheStoresSlotsAndMarksNoMore() throws {
        let store = VectorStore(dimension: 2, metric: .euclidean)
        for key in 0..<10 {
            _ = try store.append(VectorID(key: UInt64(key), part: 0), [Float(key), 1], scale: 1)
        }
        let writer = HNSWWriter(HNSWGraph(parameters: GraphParameters()), store: store)
        #expect(writer.walkLimit(linking: 4) == 4)
        #expect(writer.another(sharing: LinkLocks()).walkLimit(linking: 4) == 10)
    }
}
