// SPDX-License-Identifier: Apache-2.0
// Properties of stream_loader, for inside of it.
//
//   1 a word is taken when the core loads it, into a buffer that exists, below its depth
//   2 a batch has from 1 to ROWS images and, where it is received, has pictures
//   3 nothing is taken in a clock that says stop
//   4 a segment is called loaded with its last word only
//   5 words go where the header says, however far that is

reg seen;
initial seen = 1'b0;
always @(posedge clk)
    seen <= seen | rst;

reg [23:0] asked;   // the first word's address
always @(posedge clk)
    if (take & state == HEADER)
        asked <= s_axis_tdata[55:32];

wire loading = state == WORDS;

always @* begin
    assume (~drop | stop);
    if (seen) begin
        assert ((take & state == WORDS) == (load_valid & load_ready));
        assert (~load_valid | (target <= 4'd6 & load_addr < depth));
        assert (~batch | (loads & pictures & batch_images != 7'd0 & batch_images <= ROWS[6:0]));
        assert (~(stop & (take | load_valid)));
        assert (~(loads & load_last) | left == 24'd1);
        assert (~load_valid | batch_addr == asked);
        // What makes the first two inductive.
        assert (state == HEADER | past == {1'b0, at} + {1'b0, left});
        assert (~loading | (target <= 4'd6 & left != 0 & past <= {1'b0, depth}));
        assert (state == HEADER | far | batch_addr == asked);
        assert (~loading | ~far);
        assert (~(loading & pictures) | (batch_images != 7'd0 & batch_images <= ROWS[6:0]));
    end
end
