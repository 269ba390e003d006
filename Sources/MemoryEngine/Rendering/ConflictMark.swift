/// What an entry's prefix says of others that probably contradict it.
///
/// Pins never carry one, so that they stay the same bytes whatever was found.
struct ConflictMark: Sendable, Hashable {
    /// At most so many others are named.
    private static let named = 2

    /// `conflicts with 3`, `conflicts with pinned 1`, or `disputed` where the other one is not shown.
    let text: String

    /// Makes a mark from the numbers of the others; nil numbers are of what is not shown.
    ///
    /// Returns nil where there are no others.
    init?(_ numbers: [Int?], pins: [Int?] = []) {
        guard !numbers.isEmpty || !pins.isEmpty else { return nil }
        let names = pins.compactMap(\.self).map { "pinned \($0)" } + numbers.compactMap(\.self).map(String.init)
        guard !names.isEmpty else {
            self = .unnamed
            return
        }
        text = "conflicts with " + names.prefix(Self.named).joined(separator: ", ")
    }

    private init(text: String) {
        self.text = text
    }

    /// The mark where none of the others is shown.
    static let unnamed = ConflictMark(text: "disputed")
}
