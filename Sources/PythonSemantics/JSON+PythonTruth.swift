public import JSON

extension JSON {
    /// Whether Python takes the value for true.
    public var isPythonTrue: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .largeInteger: true
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// What Python calculates with: a number, or 1 and 0 for true and false; nil for every other kind.
    public var pythonNumber: Double? {
        if case .bool(let value) = self { return value ? 1 : 0 }
        return double
    }

    /// What Python counts with: a whole number that is written as such, or 1 and 0 for true and false.
    public var pythonInteger: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): value
        default: nil
        }
    }
}
