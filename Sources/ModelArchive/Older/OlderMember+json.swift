import ExactText
import JSON
import Pickles

extension OlderMember {
    /// The vocabularies, whose numbers may be NumPy's.
    func vocabulary(_ bytes: [UInt8]) throws(ArchiveError) -> JSON { try plain(try tagged(bytes)) }

    /// The columns of the features of words, by position and name: `(0, "low")` then, `0###low` now.
    func wordFeatures(_ bytes: [UInt8]) throws(ArchiveError) -> JSON {
        var members = JSONObject()
        guard let entries = try tagged(bytes).entries else { throw refuse("holds no dictionary of features") }
        for entry in entries {
            guard let parts = entry.key.elements, parts.count == 2, let position = parts[0].integer,
                let name = parts[1].text
            else { throw refuse("has a feature without position and name") }
            members["\(position)###\(name)"] = try plain(entry.value)
        }
        return .object(members)
    }

    /// What makes features of a conversation. The name of its file is the same in all versions.
    func featurizer(_ bytes: [UInt8]) throws(ArchiveError) -> [UInt8] {
        guard let json = try? JSON(parsing: bytes), json["py/object"] != nil else { return bytes }
        guard case .object(let object) = try tagged(bytes),
            PickleClass.featurizers.contains(where: { object.type == PickleClass($0) }), let state = object.state
        else { throw refuse("describes no featurizer of conversations") }
        var members: JSONObject = ["type": .string(object.type.name)]
        members["state_featurizer"] = try state["state_featurizer"].map(stateFeaturizer) ?? .null
        for name in ["remove_duplicates", "max_history"] { members[name] = try state[name].map(plain) }
        return JSON.object(members).encoded(.python)
    }

    private func stateFeaturizer(_ value: PickleValue) throws(ArchiveError) -> JSON {
        guard !value.isNone else { return .null }
        guard let state = value.object(.stateFeaturizer)?.state, let features = state["_default_feature_states"] else {
            throw refuse("describes no features of states")
        }
        return [
            "action_texts": try state["action_texts"].map(plain) ?? [],
            "entity_tag_specs": try state["entity_tag_specs"].map(plain) ?? [],
            "feature_states": try plain(features),
        ]
    }

    /// A file of jsonpickle.
    private func tagged(_ bytes: [UInt8]) throws(ArchiveError) -> PickleValue {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw ArchiveError(.badFile, "\(path) is not JSON: \(error)")
        }
        do throws(PickleError) {
            return try JSONPickle.value(of: json, classes: PickleClass.ofRasa)
        } catch {
            throw refuse(error)
        }
    }
}
