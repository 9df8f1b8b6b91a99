/// Which messages of a run of numbers are confirmed; confirmations may come in any order.
struct Confirmations {
    private let first: UInt64
    private var isConfirmed: [Bool]
    /// How many from the first on are confirmed without a gap.
    private(set) var confirmed = 0

    init(first: UInt64, count: Int) {
        self.first = first
        isConfirmed = Array(repeating: false, count: count)
    }

    var areComplete: Bool { confirmed == isConfirmed.count }

    /// - Parameter multiple: Whether all earlier messages are confirmed too.
    mutating func confirm(_ number: UInt64, multiple: Bool) {
        guard number >= first else { return }
        let index = min(Int(number - first), isConfirmed.count - 1)
        if multiple {
            for earlier in confirmed..<max(confirmed, index + 1) { isConfirmed[earlier] = true }
        } else if index >= 0 {
            isConfirmed[index] = true
        }
        while confirmed < isConfirmed.count, isConfirmed[confirmed] { confirmed += 1 }
    }
}
