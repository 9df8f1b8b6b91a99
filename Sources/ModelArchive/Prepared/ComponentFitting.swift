/// Makes the files that a kind of component needs from those that its archive holds, once, while a model is prepared.
///
/// Some components of Rasa keep their training data instead of what they learned and train again at each start. That
/// is too much work for every worker, and they should all come to the same.
package protocol ComponentFitting: Sendable {
    /// The component's class name in Rasa.
    var component: String { get }

    /// The files to add to the component's directory; none if there is nothing to train.
    ///
    /// - Parameters:
    ///   - node: The component in the prediction graph.
    ///   - file: The bytes of a file in the component's directory; nil if there is none.
    /// - Throws: `ArchiveError` with `.badFile`.
    func fit(
        _ node: GraphNode, file: (_ name: String) -> [UInt8]?
    ) throws(ArchiveError) -> [(name: String, bytes: [UInt8])]
}
