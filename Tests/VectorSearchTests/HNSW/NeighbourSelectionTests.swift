import Testing
import VectorSearch

struct NeighbourSelectionTests {
    /// Seven points about the node at the origin, nearest first; squared distances to the node in brackets.
    ///
    /// ```
    ///  slot  point    to the node  nearer to a chosen one?             verdict
    ///  0     ( 1, 0)      1        none is chosen yet                  chosen
    ///  1     ( 2, 0)      4        1 from slot 0                       passed over
    ///  2     ( 0, 2)      4        5 from slot 0                       chosen
    ///  3     (-3, 0)      9        16 from 0, 13 from 2                chosen
    ///  4     ( 0, 3)      9        1 from slot 2                       passed over
    ///  5     (-2,-3)     13        10 from slot 3                      passed over
    ///  6     ( 0,-5)     25        26 from 0, 49 from 2, 34 from 3     chosen
    /// ```
    private static let points: [[Float]] = [[1, 0], [2, 0], [0, 2], [-3, 0], [0, 3], [-2, -3], [0, -5]]

    @Test(arguments: [
        (1, [0]), (2, [0, 2]), (3, [0, 2, 3]), (4, [0, 2, 3, 6]), (5, [0, 2, 3, 6, 1]), (6, [0, 2, 3, 6, 1, 4]),
        (7, [0, 1, 2, 3, 4, 5, 6]),
    ])
    func sevenPointsAreChosenAsWorkedByHand(limit: Int, expected: [UInt32]) throws {
        #expect(try Self.choose(Self.points, limit: limit) == expected)
    }

    @Test func aPointAsNearToAChosenOneAsToTheNodeIsPassedOver() throws {
        // (1, 3) is 10 from the node and 10 from (2, 0).
        #expect(try Self.choose([[2, 0], [1, 3], [-4, 0]], limit: 2) == [0, 2])
    }

    @Test func equalPointsDoNotCrowdOutOtherDirections() throws {
        let elsewhere: [[Float]] = Array(repeating: [0.5, 0], count: 10) + [[-3, 0], [0, 3]]
        #expect(try Self.choose(elsewhere, limit: 4) == [0, 10, 11, 1])
        let onTheNode: [[Float]] = Array(repeating: [0, 0], count: 10) + [[1, 0], [2, 0], [0, 3]]
        #expect(try Self.choose(onTheNode, limit: 5) == [0, 10, 12, 1, 2])
    }

    private static func choose(_ points: [[Float]], limit: Int) throws -> [UInt32] {
        let store = VectorStore(dimension: 2, metric: .euclidean)
        var candidates: [RankedSlot] = []
        for (key, point) in points.enumerated() {
            let id = try VectorID(key: UInt64(key), part: 0)
            let slot = try store.append(id, point, scale: 1)
            candidates.append(RankedSlot(distance: point[0] * point[0] + point[1] * point[1], slot: slot))
        }
        var selection = unsafe NeighbourSelection(store)
        for limit in [1, limit] { unsafe selection.choose(candidates, limit: limit, selfDistance: 0) }
        return unsafe selection.chosen
    }
}
