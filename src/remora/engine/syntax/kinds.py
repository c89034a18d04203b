"""The Ast classes: their names, bases and properties, in the order in which their children are visited."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import OBJECT, NetType

_L: Final = "System.Management.Automation.Language."
_SCHEMA: Final = """
Ast
StatementAst Ast
PipelineBaseAst StatementAst
ChainableAst PipelineBaseAst
CommandElementAst Ast
ExpressionAst CommandElementAst : StaticType
AttributeBaseAst Ast : TypeName
CommandBaseAst StatementAst : Redirections
RedirectionAst Ast : FromStream
LabeledStatementAst StatementAst : Label Condition
LoopStatementAst LabeledStatementAst : Body
MemberAst Ast : Name
ErrorStatementAst PipelineBaseAst : Conditions Flags Bodies NestedAst Kind
ErrorExpressionAst ExpressionAst : NestedAst
ScriptBlockAst Ast : UsingStatements ParamBlock DynamicParamBlock BeginBlock ProcessBlock EndBlock CleanBlock
ParamBlockAst Ast : Attributes Parameters
NamedBlockAst Ast : Traps Statements Unnamed BlockKind
NamedAttributeArgumentAst Ast : Argument ArgumentName ExpressionOmitted
AttributeAst AttributeBaseAst : PositionalArguments NamedArguments
TypeConstraintAst AttributeBaseAst
ParameterAst Ast : Attributes Name DefaultValue StaticType
StatementBlockAst Ast : Traps Statements
UsingStatementAst StatementAst : Name ModuleSpecification Alias UsingStatementKind
TypeDefinitionAst StatementAst : Attributes BaseTypes Members Name IsClass IsEnum IsInterface
PropertyMemberAst MemberAst : PropertyType Attributes InitialValue IsStatic IsHidden IsPublic IsPrivate
FunctionMemberAst MemberAst : Attributes ReturnType Parameters Body IsStatic IsHidden IsPublic IsPrivate IsConstructor
FunctionDefinitionAst StatementAst : Parameters Body Name IsFilter IsWorkflow
IfStatementAst StatementAst : Clauses ElseClause
DataStatementAst StatementAst : CommandsAllowed Body Variable
ForEachStatementAst LoopStatementAst : Variable Condition Body ThrottleLimit Flags
ForStatementAst LoopStatementAst : Initializer Condition Iterator Body
DoWhileStatementAst LoopStatementAst : Condition Body
DoUntilStatementAst LoopStatementAst : Condition Body
WhileStatementAst LoopStatementAst : Condition Body
SwitchStatementAst LabeledStatementAst : Condition Clauses Default Flags
CatchClauseAst Ast : CatchTypes Body IsCatchAll
TryStatementAst StatementAst : Body CatchClauses Finally
TrapStatementAst StatementAst : TrapType Body
BreakStatementAst StatementAst : Label
ContinueStatementAst StatementAst : Label
ReturnStatementAst StatementAst : Pipeline
ExitStatementAst StatementAst : Pipeline
ThrowStatementAst StatementAst : Pipeline IsRethrow
PipelineChainAst ChainableAst : LhsPipelineChain RhsPipeline Operator Background
PipelineAst ChainableAst : PipelineElements Background
CommandParameterAst CommandElementAst : Argument ParameterName ErrorPosition
CommandAst CommandBaseAst : CommandElements Redirections InvocationOperator DefiningKeyword
CommandExpressionAst CommandBaseAst : Expression Redirections
MergingRedirectionAst RedirectionAst : ToStream
FileRedirectionAst RedirectionAst : Location Append
AssignmentStatementAst PipelineBaseAst : Left Right Operator ErrorPosition
TernaryExpressionAst ExpressionAst : Condition IfTrue IfFalse
BinaryExpressionAst ExpressionAst : Left Right Operator ErrorPosition
UnaryExpressionAst ExpressionAst : Child TokenKind
AttributedExpressionAst ExpressionAst : Attribute Child
ConvertExpressionAst AttributedExpressionAst : Type Child
MemberExpressionAst ExpressionAst : Expression Member Static NullConditional
InvokeMemberExpressionAst MemberExpressionAst : Expression Member Arguments GenericTypeArguments
TypeExpressionAst ExpressionAst : TypeName
VariableExpressionAst ExpressionAst : VariablePath Splatted
ConstantExpressionAst ExpressionAst : Value
StringConstantExpressionAst ConstantExpressionAst : Value StringConstantType
ExpandableStringExpressionAst ExpressionAst : NestedExpressions Value StringConstantType
ScriptBlockExpressionAst ExpressionAst : ScriptBlock
ArrayLiteralAst ExpressionAst : Elements
HashtableAst ExpressionAst : KeyValuePairs
ArrayExpressionAst ExpressionAst : SubExpression
ParenExpressionAst ExpressionAst : Pipeline
SubExpressionAst ExpressionAst : SubExpression
UsingExpressionAst ExpressionAst : SubExpression
IndexExpressionAst ExpressionAst : Target Index NullConditional
"""
_OTHERS: Final = """
IScriptExtent
IScriptPosition
ITypeName
TypeName
GenericTypeName
ArrayTypeName
AstVisitor
AstVisitor2 AstVisitor
DefaultCustomAstVisitor
DefaultCustomAstVisitor2 DefaultCustomAstVisitor
ScriptRequirements
Token
NumberToken Token
ParameterToken Token
VariableToken Token
StringToken Token
StringLiteralToken StringToken
StringExpandableToken StringToken
LabelToken Token
RedirectionToken Token
InputRedirectionToken RedirectionToken
MergingRedirectionToken RedirectionToken
FileRedirectionToken RedirectionToken
ParseError
Parser
CodeGeneration
"""
KINDS: Final[dict[str, NetType]] = {}
PROPERTIES: Final[dict[str, tuple[str, ...]]] = {}


def _declare(schema: str) -> None:
    for line in schema.strip().splitlines():
        head, _, properties = line.partition(":")
        name, *base = head.split()
        KINDS[name] = NetType(_L + name, KINDS[base[0]] if base else OBJECT)
        PROPERTIES[name] = tuple(properties.split())


_declare(_SCHEMA)
_declare(_OTHERS)
for _name in ("TypeName", "GenericTypeName", "ArrayTypeName"):
    KINDS[_name].interfaces = (_L + "ITypeName",)
VARIABLE_PATH: Final = NetType("System.Management.Automation.VariablePath", OBJECT)
PS_PARSER: Final = NetType("System.Management.Automation.PSParser", OBJECT)
PS_TOKEN: Final = NetType("System.Management.Automation.PSToken", OBJECT)
PS_PARSE_ERROR: Final = NetType("System.Management.Automation.PSParseError", OBJECT)


def register_types() -> None:
    """Make the types known by name; their members are declared when one is used."""
    from remora.engine.syntax.enums import ENUMS
    from remora.engine.types.typeref import register

    def load() -> None:
        from remora.engine.syntax import members

        members.declare()

    for net in (*KINDS.values(), VARIABLE_PATH, PS_PARSER, PS_TOKEN, PS_PARSE_ERROR):
        net.load = load
    register(*KINDS.values(), *ENUMS, VARIABLE_PATH, PS_PARSER, PS_TOKEN, PS_PARSE_ERROR)
