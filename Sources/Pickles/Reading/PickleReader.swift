import ExactText

/// Reads a pickle of protocol 2 to 5 as what it says, without doing it: a stack machine whose opcodes only put values
/// together. Classes and functions are names in a closed table; what Python would call is kept as a ``PickleObject``.
package struct PickleReader {
    let limits: PickleLimits
    private let classes: PickleClassTable
    var bytes: PickleBytes
    private(set) var nodes: [PickleNode] = []
    private var stack: [Int32] = []
    /// Where in the stack the marks are.
    private var marks: [Int] = []
    private var memo: [Int32: Int32] = [:]
    /// Nodes and entries, as limited.
    private var count = 0
    /// Whether arrays follow their descriptions, as in files of joblib.
    let takesArrays: Bool

    private init(_ content: [UInt8], _ classes: PickleClassTable, _ limits: PickleLimits, takesArrays: Bool) {
        (self.classes, self.limits, self.takesArrays) = (classes, limits, takesArrays)
        bytes = PickleBytes(content)
    }

    /// Reads a whole pickle.
    ///
    /// - Parameter classes: The names that it may have; see ``PickleClass/tables``.
    /// - Throws: ``PickleError``.
    package static func value(
        of content: [UInt8], classes: PickleClassTable, limits: PickleLimits = .standard
    ) throws(PickleError) -> PickleValue {
        try value(of: content, classes: classes, limits: limits, takesArrays: false)
    }

    static func value(
        of content: [UInt8], classes: PickleClassTable, limits: PickleLimits, takesArrays: Bool
    ) throws(PickleError) -> PickleValue {
        guard content.count <= limits.bytes else {
            throw PickleError(.tooLarge, at: 0, "has more than \(limits.bytes) bytes")
        }
        var reader = PickleReader(content, classes, limits, takesArrays: takesArrays)
        guard content.first == PickleOpcode.protocolVersion.rawValue else {
            throw PickleError(.notData, at: 0, "does not begin as a pickle of protocol 2 to 5 does")
        }
        let root = try reader.run()
        return try reader.resolve(root)
    }

    /// The value of a node as far as it was read.
    func resolve(_ node: Int32) throws(PickleError) -> PickleValue {
        var resolver = PickleResolver(nodes, limits)
        return try resolver.value(of: node, at: bytes.offset)
    }

    private mutating func run() throws(PickleError) -> Int32 {
        var steps = 0
        while true {
            steps += 1
            guard steps <= limits.steps else {
                throw PickleError(.tooLarge, at: bytes.offset, "has more than \(limits.steps) opcodes")
            }
            let place = bytes.offset
            let byte = try bytes.byte()
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw PickleError(.notData, at: place, PickleOpcode.refusal(byte))
            }
            if opcode == .stop { return try pop() }
            try step(opcode)
        }
    }

    private mutating func step(_ opcode: PickleOpcode) throws(PickleError) {
        switch opcode {
        case .protocolVersion:
            let version = try bytes.byte()
            guard (2...5).contains(version) else {
                throw PickleError(.notData, at: bytes.offset - 1, "is of protocol \(version), not of 2 to 5")
            }
        case .frame: _ = try bytes.take(8)
        case .mark: marks.append(stack.count)
        case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .get1, .get4, .put1, .put4, .memoize: try remember(opcode)
        case .emptyList, .append, .appends, .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyDictionary, .setItem,
            .setItems, .emptySet, .addItems, .frozenSet:
            try collect(opcode)
        case .global, .stackGlobal, .reduce, .newObject, .newObjectNamed, .build: try make(opcode)
        default: try push(leaf(opcode))
        }
    }
}

// MARK: The stack

extension PickleReader {
    mutating func push(_ node: PickleNode) throws(PickleError) {
        try take(1)
        stack.append(Int32(truncatingIfNeeded: nodes.count))
        nodes.append(node)
    }

    /// Counts values or entries.
    private mutating func take(_ more: Int) throws(PickleError) {
        count += more
        guard count <= limits.values else {
            throw PickleError(.tooLarge, at: bytes.offset, "has more than \(limits.values) values")
        }
    }

    /// What lies under a mark cannot be taken before the mark is.
    mutating func pop() throws(PickleError) -> Int32 {
        guard stack.count > marks.last ?? 0, let top = stack.popLast() else {
            throw PickleError(.damaged, at: bytes.offset, "takes a value that is not there")
        }
        return top
    }

    private func top() throws(PickleError) -> Int32 {
        guard stack.count > marks.last ?? 0, let top = stack.last else {
            throw PickleError(.damaged, at: bytes.offset, "takes a value that is not there")
        }
        return top
    }

    private mutating func popToMark() throws(PickleError) -> [Int32] {
        guard let mark = marks.popLast(), mark <= stack.count else {
            throw PickleError(.damaged, at: bytes.offset, "takes values up to a mark that is not there")
        }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func remember(_ opcode: PickleOpcode) throws(PickleError) {
        switch opcode {
        case .get1: try recall(Int32(try bytes.byte()))
        case .get4: try recall(Int32(truncatingIfNeeded: try bytes.number(UInt32.self)))
        case .put1: memo[Int32(try bytes.byte())] = try top()
        case .put4: memo[Int32(truncatingIfNeeded: try bytes.number(UInt32.self))] = try top()
        default: memo[Int32(truncatingIfNeeded: memo.count)] = try top()
        }
        guard memo.count <= limits.values else {
            throw PickleError(.tooLarge, at: bytes.offset, "remembers more than \(limits.values) values")
        }
    }

    private mutating func recall(_ place: Int32) throws(PickleError) {
        guard let node = memo[place] else {
            throw PickleError(.damaged, at: bytes.offset, "recalls value \(place), which it has not remembered")
        }
        stack.append(node)
    }
}

// MARK: Lists, tuples, dictionaries

extension PickleReader {
    private mutating func collect(_ opcode: PickleOpcode) throws(PickleError) {
        switch opcode {
        case .emptyList: try push(.list([]))
        case .append: try add([try pop()], opcode)
        case .appends, .addItems: try add(try popToMark(), opcode)
        case .emptyTuple: try push(.tuple([]))
        case .tuple: try pushAll(PickleNode.tuple, try popToMark())
        case .tuple1: try pushAll(PickleNode.tuple, try popLast(1))
        case .tuple2: try pushAll(PickleNode.tuple, try popLast(2))
        case .tuple3: try pushAll(PickleNode.tuple, try popLast(3))
        case .emptyDictionary: try push(.dictionary([]))
        case .setItem: try add(try popLast(2), opcode)
        case .setItems: try add(try popToMark(), opcode)
        case .emptySet: try push(.set([]))
        default: try pushAll(PickleNode.set, try popToMark())
        }
    }

    private mutating func pushAll(_ kind: ([Int32]) -> PickleNode, _ parts: [Int32]) throws(PickleError) {
        try take(parts.count)
        try push(kind(parts))
    }

    private mutating func popLast(_ count: Int) throws(PickleError) -> [Int32] {
        var taken: [Int32] = []
        for _ in 0..<count { taken.append(try pop()) }
        return taken.reversed()
    }

    /// Adds to the list, set, dictionary or object on top of the stack.
    private mutating func add(_ parts: [Int32], _ opcode: PickleOpcode) throws(PickleError) {
        try take(parts.count)
        let place = Int(try top())
        let areEntries = opcode == .setItem || opcode == .setItems
        // The node is taken out, so that its array is not copied.
        let node = nodes[place]
        nodes[place] = .none
        switch node {
        case .list(var all) where opcode == .append || opcode == .appends:
            all += parts
            nodes[place] = .list(all)
        case .set(var all) where opcode == .addItems:
            all += parts
            nodes[place] = .set(all)
        case .dictionary(var all) where areEntries && parts.count.isMultiple(of: 2):
            all += parts
            nodes[place] = .dictionary(all)
        case .object(var object) where areEntries && parts.count.isMultiple(of: 2):
            object.entries += parts
            nodes[place] = .object(object)
        case .object(var object) where opcode == .append || opcode == .appends:
            object.elements += parts
            nodes[place] = .object(object)
        default:
            throw PickleError(.damaged, at: bytes.offset, "adds to a value that takes nothing")
        }
    }
}

// MARK: Names and objects

extension PickleReader {
    private static let maxNameLength = 256

    private mutating func make(_ opcode: PickleOpcode) throws(PickleError) {
        switch opcode {
        case .global:
            let module = String(decoding: try bytes.line(atMost: Self.maxNameLength), as: UTF8.self)
            let name = String(decoding: try bytes.line(atMost: Self.maxNameLength), as: UTF8.self)
            try pushClass("\(module).\(name)")
        case .stackGlobal:
            let parts = try popLast(2)
            guard case .text(let module) = nodes[Int(parts[0])], case .text(let name) = nodes[Int(parts[1])],
                module.utf8.count + name.utf8.count <= 2 * Self.maxNameLength
            else { throw PickleError(.damaged, at: bytes.offset, "names a class by something that is not a name") }
            try pushClass("\(module).\(name)")
        case .reduce, .newObject:
            let parts = try popLast(2)
            try pushObject(parts[0], arguments: try tuple(parts[1]))
        case .newObjectNamed:
            let parts = try popLast(3)
            guard case .dictionary(let named) = nodes[Int(parts[2])], named.isEmpty else {
                throw PickleError(.notData, at: bytes.offset, "makes an object by named arguments")
            }
            try pushObject(parts[0], arguments: try tuple(parts[1]))
        default:
            let state = try pop()
            let place = Int(try top())
            guard case .object(var object) = nodes[place], object.state == nil else {
                throw PickleError(.notData, at: bytes.offset, "gives a state to a value that has none")
            }
            object.state = state
            nodes[place] = .object(object)
            if takesArrays, object.type == .joblibArray { try takeArray(of: place) }
        }
    }

    private mutating func pushClass(_ name: String) throws(PickleError) {
        guard let type = classes[name.exact] else {
            let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(120)))
            throw PickleError(
                .notData, at: bytes.offset, "names \(shown.debugDescription), which is not among what is read")
        }
        try push(.name(type))
    }

    private mutating func pushObject(_ type: Int32, arguments: [Int32]) throws(PickleError) {
        guard case .name(let type) = nodes[Int(type)] else {
            throw PickleError(.notData, at: bytes.offset, "calls a value that is not a class")
        }
        try take(arguments.count)
        try push(.object(PickleNode.Object(type: type, arguments: arguments)))
    }

    private func tuple(_ node: Int32) throws(PickleError) -> [Int32] {
        guard case .tuple(let parts) = nodes[Int(node)] else {
            throw PickleError(.damaged, at: bytes.offset, "makes an object without a tuple of arguments")
        }
        return parts
    }

    /// Takes the numbers that follow an array's description, and puts them beside it.
    private mutating func takeArray(of place: Int) throws(PickleError) {
        guard case .object(var object) = nodes[place], let state = object.state else { return }
        let numbers = try JoblibArray(try resolve(state), at: bytes.offset).take(from: &bytes)
        try push(.bytes(numbers))
        object.elements = [try pop()]
        nodes[place] = .object(object)
    }
}
