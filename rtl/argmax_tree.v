// SPDX-License-Identifier: Apache-2.0
// argmax_tree: where the first largest code is, from what each lane has found
// for itself: index * LANES + lane, of the lowest index and then lowest lane.

`default_nettype none

module argmax_tree #(
    parameter LANES   = 16,
    parameter W_DATA  = 8,
    parameter W_INDEX = 16
) (
    input  wire [LANES-1:0]         any,       // the lane has found one
    input  wire [LANES*W_DATA-1:0]  largest,
    input  wire [LANES*W_INDEX-1:0] best,

    output wire [W_INDEX-1:0]       first
);

// Nodes as in a heap: node n has 2n and 2n + 1 below it, and the last LANES are the lanes.
localparam W_LANE = 7;
localparam W_KEY  = W_DATA + 1;

genvar n;
generate for (n = 2*LANES-1; n >= 1; n = n - 1) begin : gen_node
    wire [W_KEY-1:0]   key;     // 0: none
    wire [W_INDEX-1:0] index;
    wire [W_LANE-1:0]  lane;

    if (n >= LANES) begin : gen_lane
        localparam LANE = n - LANES;
        assign key   = {any[LANE], largest[LANE*W_DATA +: W_DATA] & {W_DATA{any[LANE]}}};
        assign index = best[LANE*W_INDEX +: W_INDEX];
        assign lane  = LANE[W_LANE-1:0];
    end else begin : gen_larger
        wire earlier = {gen_node[2*n+1].index, gen_node[2*n+1].lane} < {gen_node[2*n].index, gen_node[2*n].lane};
        wire right   = gen_node[2*n+1].key > gen_node[2*n].key | (gen_node[2*n+1].key == gen_node[2*n].key & earlier);
        assign key   = right ? gen_node[2*n+1].key : gen_node[2*n].key;
        assign index = right ? gen_node[2*n+1].index : gen_node[2*n].index;
        assign lane  = right ? gen_node[2*n+1].lane : gen_node[2*n].lane;
    end
end endgenerate

assign first = gen_node[1].index * LANES[W_INDEX-1:0] + {{W_INDEX-W_LANE{1'b0}}, gen_node[1].lane};

wire unused = &{1'b0, gen_node[1].key};

endmodule

`default_nettype wire
