#include <algorithm>

#include "dsl/check/declarations.hpp"
#include "dsl/check/expressions.hpp"
#include "dsl/check/packages.hpp"

/// Defines: that they do not call themselves, and that those which nothing calls are right as well.
namespace writ::dsl::check {

namespace {

const ast::DefineDecl& declaration(const Context& context, DeclRef ref) {
  return context.tree.files[ref.file].defines[ref.index];
}

/// The keys of the defines that the body of one calls.
std::set<std::string> callees(const Context& context, ast::ExprId body) {
  std::set<std::string> found;
  std::vector<ast::ExprId> open{body};
  while (!open.empty()) {
    const ast::ExprId id = open.back();
    open.pop_back();
    if (id == ast::kNone) continue;
    const ast::Expr& expr = context.tree.expr(id);
    if (expr.kind == ast::ExprKind::call) {
      const std::vector<std::string> parts = dotted_name(context, expr.a);
      const std::string key = symbol_key(context, expr.span, parts);
      if (context.symbols.defines.contains(key)) found.insert(key);
    }
    for (const ast::ExprId child : {expr.a, expr.b, expr.c, expr.d})
      open.push_back(child);
    open.insert(open.end(), expr.items.begin(), expr.items.end());
    for (const ast::FieldInit& init : expr.fields)
      open.push_back(init.value);
  }
  return found;
}

using CallGraph = std::map<std::string, std::set<std::string>>;

CallGraph call_graph(const Context& context) {
  CallGraph graph;
  for (const auto& [key, ref] : context.symbols.defines)
    graph[key] = callees(context, declaration(context, ref).body);
  return graph;
}

/// A way from `from` back to itself, or empty.
std::vector<std::string> cycle_through(const CallGraph& graph, const std::string& from) {
  std::map<std::string, std::string> reached_from;
  std::vector<std::string> open{from};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    for (const std::string& next : graph.at(at)) {
      if (next == from) {
        std::vector<std::string> path{from};
        for (std::string step = at; step != from; step = reached_from.at(step))
          path.push_back(step);
        path.push_back(from);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (reached_from.try_emplace(next, at).second) open.push_back(next);
    }
  }
  return {};
}

void report_recursion(Context& context) {
  const CallGraph graph = call_graph(context);
  for (const auto& [key, called] : graph) {
    const std::vector<std::string> cycle = cycle_through(graph, key);
    if (cycle.empty()) continue;
    const bool reported = std::any_of(cycle.begin(), cycle.end(), [&](const std::string& member) {
      return context.state.recursive_defines.contains(member);
    });
    context.state.recursive_defines.insert(key);
    if (reported) continue;
    const ast::Name& name = declaration(context, context.symbols.defines.at(key)).name;
    std::string path;
    for (const std::string& member : cycle)
      path += (path.empty() ? "`" : " calls `") + key_seen_from(context, name.span, member) + "`";
    report(context, DiagnosticKind::define_recursion, name.span, {name.text, path});
  }
}

void check_alone(Context& context, const std::string& key) {
  const ast::DefineDecl& define = declaration(context, context.symbols.defines.at(key));
  context.state.expanded_defines.insert(key);
  Scope scope;
  scope.now = true;
  for (const ast::Parameter& parameter : define.parameters) {
    const TypeId type = resolve_type(context, parameter.type);
    Binding binding{parameter.name.text, kNoExpr, parameter.name.span};
    if (type != 0) {
      Expr local =
          new_expr(ExprKind::local, context.model.types.unrefined(type), parameter.name.span);
      local.index = new_local(context);
      binding.expr = add_expr(context, std::move(local));
    }
    scope.bindings.push_back(std::move(binding));
  }
  // What is present is shown by the calls; without one, nothing is missing.
  scope.facts.insert(kAnyPath);
  const TypeId result = resolve_type(context, define.result);
  context.state.open_defines.push_back(key);
  context.state.open_calls.push_back(define.name.span);
  context.state.alone = true;
  (void)check_value(context, scope, define.body, result, "the value of `" + define.name.text + "`");
  context.state.alone = false;
  context.state.open_calls.pop_back();
  context.state.open_defines.pop_back();
}

}  // namespace

void declare_defines(Context& context, DistinctNames& callables) {
  const auto& files = context.tree.files;
  for (std::uint32_t f = 0; f < files.size(); ++f)
    for (std::uint32_t i = 0; i < files[f].defines.size(); ++i) {
      const ast::DefineDecl& decl = files[f].defines[i];
      if (!decl.name) continue;
      const std::string key = declared_key(files[f], decl.name.text);
      if (is_builtin(decl.name.text)) {
        report(context, DiagnosticKind::name_built_in, decl.name.span, {decl.name.text, "define"});
        continue;
      }
      if (const Span* first = callables.add(key, decl.name.span)) {
        report(context, DiagnosticKind::callable_declared_twice, decl.name.span, {decl.name.text})
            .notes.push_back({*first, "first declared here"});
        continue;
      }
      DistinctNames parameters;
      for (const ast::Parameter& parameter : decl.parameters) {
        if (const Span* first = parameters.add(parameter.name.text, parameter.name.span))
          report(context, DiagnosticKind::parameter_declared_twice, parameter.name.span,
                 {parameter.name.text})
              .notes.push_back({*first, "first declared here"});
        if (find_import(context, parameter.name.span, parameter.name.text) != nullptr)
          report(context, DiagnosticKind::bound_name_taken, parameter.name.span,
                 {parameter.name.text, "an import"})
              .help = "give one of them another name";
        (void)resolve_type(context, parameter.type);
      }
      (void)resolve_type(context, decl.result);
      context.symbols.defines[key] = {f, i};
    }
  report_recursion(context);
}

void check_uncalled_defines(Context& context) {
  const CallGraph graph = call_graph(context);
  std::set<std::string>& expanded = context.state.expanded_defines;
  // Callers first: most of the others are then checked in a call.
  for (bool found = true; found;) {
    found = false;
    std::set<std::string> called;
    for (const auto& [key, callees_of] : graph)
      if (!expanded.contains(key)) called.insert(callees_of.begin(), callees_of.end());
    for (const auto& [key, callees_of] : graph) {
      if (expanded.contains(key) || called.contains(key)) continue;
      check_alone(context, key);
      found = true;
      break;
    }
  }
  // What is left calls itself, which is reported.
}

}  // namespace writ::dsl::check
