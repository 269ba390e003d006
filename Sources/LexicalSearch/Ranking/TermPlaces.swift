/// The places of a query's terms by their numbers in an index: asked for every term of every document that is scored.
///
/// Open addressing without a hash: numbers are given out one after the other, so their low bits spread by themselves.
struct TermPlaces {
    private static let free = UInt32.max

    private var numbers: [UInt32]
    private var places: [Int32]
    private let mask: Int

    /// Room for so many terms.
    init(count: Int) {
        var size = 16
        while size < 4 * count { size *= 2 }
        numbers = [UInt32](repeating: Self.free, count: size)
        places = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    mutating func insert(_ number: UInt32, at place: Int) {
        var index = Int(number) & mask
        while numbers[index] != Self.free, numbers[index] != number { index = (index + 1) & mask }
        numbers[index] = number
        places[index] = Int32(place)
    }

    /// The place of a term; -1 where the query does not have it.
    func place(of number: UInt32) -> Int {
        var index = Int(number) & mask
        while true {
            if numbers[index] == number { return Int(places[index]) }
            if numbers[index] == Self.free { return -1 }
            index = (index + 1) & mask
        }
    }
}
