import MemoryModel

/// An amount of money: billionths of a currency's unit inside, a decimal number in a text outside.
enum MoneyAmount {
    private static let billion: Int64 = 1_000_000_000

    /// As in `12.5`; without zeros at the end.
    static func text(_ billionths: Int64) -> String {
        let (units, rest) = billionths.quotientAndRemainder(dividingBy: billion)
        guard rest != 0 else { return String(units) }
        var decimals = String(String(billion + abs(rest)).dropFirst())
        while decimals.last == "0" { decimals.removeLast() }
        return (billionths < 0 && units == 0 ? "-" : "") + "\(units).\(decimals)"
    }

    /// Reads what ``text(_:)`` writes; nil for what is negative, above a billion, or finer than a billionth.
    static func billionths(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDigits: (Substring) -> Bool = { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
        guard let whole = parts.first, isDigits(whole), whole.count <= 9, let units = Int64(whole) else { return nil }
        guard parts.count == 2 else { return units * billion }
        guard isDigits(parts[1]), parts[1].count <= 9 else { return nil }
        let padded = parts[1] + String(repeating: "0", count: 9 - parts[1].count)
        return Int64(padded).map { units * billion + $0 }
    }

    /// The shape of an amount in a body.
    static var shape: Shape<Int64> {
        Shape<String>.text(1...20).map { text, problems in
            guard let amount = billionths(text) else {
                return problems.refuse("must be a decimal number of at most nine decimals, in a string: \"12.50\"")
            }
            return amount
        }
    }
}

extension Shape where Value == CalendarDay {
    /// A day as in `2026-03-01`.
    static var day: Shape {
        Shape<String>.text(10...10).map { text, problems in
            guard let day = CalendarDay(text) else { return problems.refuse("must be a day such as 2026-03-01") }
            return day
        }
    }
}
