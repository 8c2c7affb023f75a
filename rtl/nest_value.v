// SPDX-License-Identifier: Apache-2.0
// nest_value: a quantity that each loop of a nest moves by a step of its own.
//
// Every loop with a step remembers where its iteration began; when loop l steps,
// it and all loops inside it go on from there, so a single adder serves the
// whole nest and nothing is multiplied. Where a loop without a step steps, its
// iteration begins where the one around it began: nothing is kept for it.

`default_nettype none

module nest_value #(
    parameter LEVELS = 8,
    parameter W      = 24,
    parameter [LEVELS-1:0] MOVING = {LEVELS{1'b1}}   // loops whose step may be other than 0
) (
    input  wire                clk,

    input  wire                start,     // takes the origin
    input  wire                advance,
    input  wire [LEVELS-1:0]   moves,     // see nest_counter
    input  wire [LEVELS-1:0]   steps,

    input  wire [W-1:0]        origin,
    input  wire [LEVELS*W-1:0] step,      // two's complement; those of other loops are not used

    output wire [W-1:0]        value,
    output wire [W-1:0]        next       // with start or advance: the value from the next clock on
);

wire [LEVELS-1:0] goes_on;   // this loop's iteration is gone on from: it steps, or one inside it without a step
wire              anew = start | ~|goes_on;

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    wire         passed;      // a loop inside, without a step, begins where this one's iteration began
    wire [W-1:0] began;
    wire [W-1:0] from, by;    // of the loop that is gone on from, if it is this one or inside it

    if (l == 0) begin : gen_innermost
        assign passed = 1'b0;
        assign from   = anew ? origin : began & {W{goes_on[l]}};
        assign by     = step[l*W +: W] & {W{MOVING[l] & steps[l] & ~anew}};
    end else begin : gen_outer
        assign passed = ~MOVING[l-1] & (steps[l-1] | gen_level[l-1].passed);
        assign from   = gen_level[l-1].from | (began & {W{goes_on[l] & ~anew}});
        assign by     = gen_level[l-1].by | (step[l*W +: W] & {W{MOVING[l] & steps[l] & ~anew}});
    end

    assign goes_on[l] = MOVING[l] & (steps[l] | passed);

    if (MOVING[l]) begin : gen_moving
        reg [W-1:0] kept;

        always @(posedge clk)
            if (start | (advance & moves[l]))
                kept <= next;

        assign began = kept;
    end else if (l == LEVELS - 1) begin : gen_still_outermost
        assign began = origin;
        wire unused = &{1'b0, moves[l], step[l*W +: W]};
    end else begin : gen_still
        assign began = gen_level[l+1].began;
        wire unused = &{1'b0, moves[l], step[l*W +: W]};
    end
end endgenerate

assign next  = gen_level[LEVELS-1].from + gen_level[LEVELS-1].by;
assign value = gen_level[0].began;

endmodule

`default_nettype wire
